/** A connection that is opened once, kept, and rebuilt in the background when it is lost. */
import { startDeadline } from '../../runtime/deadline';
import { NoAnswer, Rejection, toError } from '../../text/errors';
import { createBackoff } from './backoff';

export interface KeptConnectionOptions<C> {
  /**
   * Opens a connection and resolves when it can be used. When `signal` aborts it must clean up and reject; what it rejects
   * with at once is what people read, else the signal's reason; a {@link Rejection} is tried again after 5 to 30 s. A connection that comes later all the same is destroyed.
   * Calls `lost` when an open connection breaks, however often and however late.
   */
  open(signal: AbortSignal, lost: (error: Error) => void): Promise<C>;
  /** Closes a connection at once, without waiting for the peer. Must not throw. */
  destroy(connection: C): void;
  /** Limit for one attempt to open, in milliseconds. */
  openTimeoutMs: number;
  /**
   * An attempt that takes longer, in milliseconds, has failed for those who ask, and goes on in the background; default: `openTimeoutMs`.
   * For a server in which an attempt that is given up lives on.
   */
  patienceMs?: number;
  /** First delay between attempts, doubled after each failure, in milliseconds. */
  minDelayMs?: number;
  /** Longest delay between attempts, in milliseconds: a server that came back is found within this time. */
  maxDelayMs?: number;
}

export interface KeptConnection<C> {
  /**
   * The open connection. Waits for an attempt only when nothing is known yet (first use, or a connection just lost);
   * after a failure it rejects at once with the last error while attempts go on in the background, so no tick is late.
   */
  get(signal: AbortSignal): Promise<C>;
  /**
   * Gives up a connection that hangs or misbehaves; `error` is what `get` rejects with until a new one is open.
   * @param connection the one that hangs; when another is open by now, that one is left alone. Default: whichever is open.
   */
  drop(error: Error, connection?: C): void;
  /** Tries again at once what waits for its next attempt: the settings of the server may have changed. */
  retryNow(): void;
  /** Called after a connection was lost and after one was regained, not after `drop`. */
  onChange(listener: () => void): void;
  /** Closes the connection and stops all attempts. */
  close(): void;
}

/** Keeps one connection open with capped exponential backoff. Nothing happens before the first `get`. */
export function createKeptConnection<C>(options: KeptConnectionOptions<C>): KeptConnection<C> {
  const { open, destroy, openTimeoutMs, patienceMs, minDelayMs = 100, maxDelayMs = 1000 } = options;
  const listeners = new Set<() => void>();
  let current: C | undefined;
  let openedAt = 0;
  let lastError: Error | undefined;
  let attempt: Promise<C> | undefined;
  let abortAttempt: ((reason: Error) => void) | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  const backoff = createBackoff({ minDelayMs, maxDelayMs });
  let closing = false;
  let everOpened = false;

  /** A listener that throws must not leave this half done, hence not called from here. */
  const notify = () => listeners.forEach((listener) => queueMicrotask(listener));

  function start(): Promise<C> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    const running = connect();
    running.catch((error: Error) => {
      attempt = undefined;
      lastError = error;
      scheduleRetry();
    });
    attempt = patienceMs === undefined ? running : withPatience(running, patienceMs);
    return attempt;
  }

  /** For those who ask; the attempt itself goes on. */
  function withPatience(running: Promise<C>, limitMs: number): Promise<C> {
    const asked = new Promise<C>((resolve, reject) => {
      const clear = startDeadline(limitMs, () => {
        lastError ??= new NoAnswer(`no answer within ${limitMs} ms`);
        reject(lastError);
      });
      running.finally(clear).then(resolve, reject);
    });
    asked.catch(() => undefined);
    return asked;
  }

  async function connect(): Promise<C> {
    // One controller per attempt: signals composed of a long-lived one pile up on it.
    const controller = new AbortController();
    abortAttempt = (reason) => controller.abort(reason);
    const tooLate = new NoAnswer(`no answer within ${openTimeoutMs} ms`);
    const clear = startDeadline(openTimeoutMs, () => controller.abort(tooLate));
    let connection: C | undefined;
    let brokeEarly: Error | undefined;
    const lost = (error: Error) => {
      if (connection === undefined) brokeEarly ??= error;
      else if (connection === current) onLost(error);
    };
    // in a promise also when `open` throws before it returns one
    const opening = Promise.resolve().then(() => open(controller.signal, lost));
    try {
      const opened = await new Promise<C>((resolve, reject) => {
        opening.then(resolve, reject);
        // `open` has the first word: it may know better why nothing came of it
        controller.signal.addEventListener('abort', () => setImmediate(reject, controller.signal.reason));
      });
      if (closing || brokeEarly) throw brokeEarly ?? new Error('closed');
      connection = opened;
      onOpened(opened);
      return opened;
    } catch (error) {
      // A library that cannot be stopped may still come up with a connection, later.
      opening.then(destroy).catch(() => undefined);
      throw toError(error);
    } finally {
      clear();
    }
  }

  function onOpened(opened: C): void {
    const regained = everOpened || lastError !== undefined;
    attempt = undefined;
    current = opened;
    openedAt = performance.now();
    everOpened = true;
    lastError = undefined;
    if (regained) notify();
  }

  function scheduleRetry(): void {
    if (closing) return;
    retryTimer = setTimeout(retry, backoff.next(lastError ?? new Error('lost')));
  }

  function retry(): void {
    start().catch(() => undefined);
  }

  /** Returns whether the connection lived long enough to count as a good one. */
  function forget(): boolean {
    const good = performance.now() - openedAt > maxDelayMs;
    if (good) backoff.reset();
    const connection = current;
    // first forgotten, then destroyed: some report the loss while they are being destroyed
    current = undefined;
    if (connection !== undefined) destroy(connection);
    return good;
  }

  function onLost(error: Error): void {
    const good = forget();
    if (closing) return;
    if (good && !(error instanceof Rejection)) {
      // Most often a restart or an idle time-out: the probe that `notify` asks for waits for this attempt.
      lastError = undefined;
      retry();
    } else {
      // A peer that takes connections and closes them at once must not be hammered.
      lastError = error;
      scheduleRetry();
    }
    notify();
  }

  async function get(signal: AbortSignal): Promise<C> {
    if (closing) throw new Error('closed');
    if (current !== undefined) return current;
    if (lastError) throw lastError;
    return abortable(attempt ?? start(), signal);
  }

  function drop(error: Error, connection = current): void {
    if (closing || current === undefined || connection !== current) return;
    forget();
    lastError = error;
    scheduleRetry();
  }

  function close(): void {
    if (closing) return;
    closing = true;
    clearTimeout(retryTimer);
    abortAttempt?.(new Error('closed'));
    forget();
    listeners.clear();
  }

  function retryNow(): void {
    if (retryTimer !== undefined && lastError instanceof Rejection) retry();
  }

  return { get, drop, close, retryNow, onChange: (listener) => void listeners.add(listener) };
}

/** Settles like `promise`, or rejects with the signal's reason as soon as it aborts. The promise itself goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

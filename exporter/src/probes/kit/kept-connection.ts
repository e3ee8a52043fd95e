/** A connection that is opened once, kept, and reopened in the background when lost. */
import { startDeadline } from '../../runtime/deadline';
import { NoAnswer, noAnswer, Rejection, toError, Unavailable } from '../../text/errors';
import { createBackoff, createDoubling, type BackoffOptions } from './backoff';

export interface KeptConnectionOptions<C> {
  /**
   * Opens a connection and resolves when it is usable. When `signal` aborts, it must clean up and reject; if it rejects
   * immediately, its error is shown, else the signal's reason. A {@link Rejection} is retried after 5 to 30 s,
   * {@link Unavailable} after 1 to 5 s. A connection that is established after the abort is destroyed. Calls `lost`
   * when an open connection breaks, possibly several times or late. May pass to `explainLate` a function that puts into
   * words what this attempt waits for, as the error of callers whose `waitMs` are over.
   */
  open(
    signal: AbortSignal,
    lost: (error: Error) => void,
    explainLate: (explain: (error: Error) => Error) => void
  ): Promise<C>;
  /** Closes a connection immediately, without waiting for the peer. Must not throw. */
  destroy(connection: C): void;
  /**
   * Time limit for one attempt, in milliseconds; if it is two, the first attempt has the one, and each that was not long
   * enough doubles it up to the other. It is never shorter than `waitMs`.
   */
  openTimeoutMs: number | BackoffOptions;
  /**
   * Time after which a pending attempt counts as failed for callers of `get`, in milliseconds, while it continues in
   * the background; default:
   * `openTimeoutMs`. For servers in which an aborted attempt continues to use resources.
   */
  waitMs?: number;
  /** First delay between attempts, doubled after each failure, in milliseconds. */
  minDelayMs?: number;
  /** Maximum delay between attempts, in milliseconds: a recovered server is found within this time. */
  maxDelayMs?: number;
}

/**
 * Limits for attempts at servers that hold what has been given up until they look at it, as all do that stand still: of
 * each such attempt a half-closed connection stays there. The making of the TCP connection needs a limit of its own.
 */
export const PATIENT: BackoffOptions = { minDelayMs: 5000, maxDelayMs: 30_000 };

export interface KeptConnection<C> {
  /**
   * The open connection. Waits for an attempt only if nothing is known yet (first use, or a connection just lost);
   * after a failure it rejects immediately with the last error while attempts continue in the background, so that no
   * tick is delayed.
   */
  get(signal: AbortSignal): Promise<C>;
  /**
   * Discards a connection that hangs or misbehaves; `get` rejects with `error` until a new one is open.
   * @param connection the one to discard; if another is open by now, it is kept. Default: the open one
   */
  drop(error: Error, connection?: C): void;
  /** Starts the next attempt immediately: the server's settings may have changed. */
  retryNow(): void;
  /** Called after a connection was lost or reopened, not after `drop`. */
  onChange(listener: () => void): void;
  /** Closes the connection and stops all attempts. */
  close(): void;
}

/** One attempt. */
interface Late {
  /** Its limit ended it. */
  isOver: boolean;
  /** Callers were told that it takes long. */
  isTold: boolean;
  explain(error: Error): Error;
}

const saidNo = (error: Error) => error instanceof Rejection || error instanceof Unavailable;

/** Keeps one connection open with capped exponential backoff. Does nothing before the first `get`. */
export function createKeptConnection<C>(options: KeptConnectionOptions<C>): KeptConnection<C> {
  const { open, destroy, openTimeoutMs, waitMs, minDelayMs = 100, maxDelayMs = 1000 } = options;
  const listeners = new Set<() => void>();
  let current: C | undefined;
  let openedAt = 0;
  let lastError: Error | undefined;
  let attempt: Promise<C> | undefined;
  let abortAttempt: ((reason: Error) => void) | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  const backoff = createBackoff({ minDelayMs, maxDelayMs });
  const leastMs = waitMs ?? 0;
  const limited =
    typeof openTimeoutMs === 'number' ? { minDelayMs: openTimeoutMs, maxDelayMs: openTimeoutMs } : openTimeoutMs;
  const limits = createDoubling({
    minDelayMs: Math.max(leastMs, limited.minDelayMs),
    maxDelayMs: Math.max(leastMs, limited.maxDelayMs),
  });
  let limitMs = limits.next();
  let closing = false;
  let everOpened = false;

  /** Called in a microtask, so that an exception in a listener does not interrupt the caller. */
  const notify = () => listeners.forEach((listener) => queueMicrotask(listener));

  function start(): Promise<C> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    const late: Late = { isOver: false, isTold: false, explain: (error) => error };
    const running = connect(late);
    running.catch((error: Error) => {
      attempt = undefined;
      // how long it waited in the end is of no interest to callers who were told before
      if (!(late.isOver && late.isTold)) lastError = error;
      scheduleRetry();
    });
    attempt = waitMs === undefined ? running : withinWait(running, waitMs, late);
    return attempt;
  }

  /** Limits how long callers wait; the attempt itself continues. */
  function withinWait(running: Promise<C>, longestMs: number, late: Late): Promise<C> {
    const asked = new Promise<C>((resolve, reject) => {
      const clear = startDeadline(longestMs, () => {
        // what the server said stays true until it says something else
        if (lastError === undefined || !saidNo(lastError)) {
          late.isTold = true;
          lastError = late.explain(new NoAnswer(noAnswer(longestMs)));
        }
        reject(lastError);
      });
      running.finally(clear).then(resolve, reject);
    });
    asked.catch(() => undefined);
    return asked;
  }

  async function connect(late: Late): Promise<C> {
    // One controller per attempt: composed signals accumulate on a long-lived one.
    const controller = new AbortController();
    abortAttempt = (reason) => controller.abort(reason);
    const tooLate = new NoAnswer(noAnswer(limitMs));
    const clear = startDeadline(limitMs, () => {
      late.isOver = true;
      limitMs = limits.next();
      controller.abort(tooLate);
    });
    let connection: C | undefined;
    let brokeEarly: Error | undefined;
    const lost = (error: Error) => {
      if (connection === undefined) brokeEarly ??= error;
      else if (connection === current) onLost(error);
    };
    // converts a synchronous exception of `open` to a rejection
    const opening = Promise.resolve().then(() => open(controller.signal, lost, (explain) => (late.explain = explain)));
    try {
      const opened = await new Promise<C>((resolve, reject) => {
        opening.then(resolve, reject);
        // `open` may reject with a better reason first
        controller.signal.addEventListener('abort', () => setImmediate(reject, controller.signal.reason));
      });
      if (closing || brokeEarly) throw brokeEarly ?? new Error('closed');
      connection = opened;
      onOpened(opened);
      return opened;
    } catch (error) {
      // A library that cannot be aborted may still open a connection later.
      opening.then(destroy).catch(() => undefined);
      throw toError(error);
    } finally {
      clear();
    }
  }

  function onOpened(opened: C): void {
    const regained = everOpened || lastError !== undefined;
    attempt = undefined;
    limits.reset();
    limitMs = limits.next();
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

  /** Returns whether the connection lived long enough to count as successful: longer than attempts after `error` are apart. */
  function forget(error: Error): boolean {
    const good = performance.now() - openedAt > backoff.longestMs(error);
    if (good) backoff.reset();
    const connection = current;
    // removed before it is destroyed, as some connections report the loss during `destroy`
    current = undefined;
    if (connection !== undefined) destroy(connection);
    return good;
  }

  function onLost(error: Error): void {
    const good = forget(error);
    if (closing) return;
    if (good && !saidNo(error)) {
      // Most often a restart or an idle time-out: the probe that `notify` asks for waits for this attempt.
      lastError = undefined;
      retry();
    } else {
      // A peer that accepts and closes connections immediately must not be reconnected in a tight loop.
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
    forget(error);
    lastError = error;
    scheduleRetry();
  }

  function close(): void {
    if (closing) return;
    closing = true;
    clearTimeout(retryTimer);
    const closed = new Error('closed');
    abortAttempt?.(closed);
    forget(closed);
    listeners.clear();
  }

  function retryNow(): void {
    if (retryTimer !== undefined && lastError instanceof Rejection) retry();
  }

  return { get, drop, close, retryNow, onChange: (listener) => void listeners.add(listener) };
}

/**
 * Settles like `promise`, or rejects with the signal's reason as soon as it aborts. The promise itself is not
 * cancelled.
 */
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

/** Deadlines that the garbage collector cannot take away, and that know of a process that stood still. */

/** A deadline that comes this late, in milliseconds, comes after the event loop stood still. */
const LATE_MS = 50;

/** The deadline of work that is done again and again, with one timer for all of it. */
export interface Deadline {
  /** The work begins (again). */
  start(): void;
  /** It has ended in time. */
  clear(): void;
  /** It will not begin again. */
  close(): void;
}

/**
 * Calls `onPassed` when the work takes longer than `timeoutMs`.
 * Where the event loop stood still (the process was stopped, or the machine is overloaded), timers come before what has
 * arrived in the meantime: such a deadline is put off once, by as long as it came late, and by `timeoutMs` at most.
 */
export function createDeadline(timeoutMs: number, onPassed: () => void): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let putOff: NodeJS.Timeout | undefined;
  let running = false;
  let due = 0;

  function pass(): void {
    if (!running) return;
    const lateMs = performance.now() - due;
    if (lateMs > LATE_MS) putOff = setTimeout(onPassed, Math.min(lateMs, timeoutMs));
    else onPassed();
  }

  return {
    start() {
      running = true;
      due = performance.now() + timeoutMs;
      // To move a timer costs less than to take it away and make another; one that comes while nothing runs does no harm.
      if (timer) timer.refresh();
      else timer = setTimeout(pass, timeoutMs);
    },
    clear() {
      running = false;
      clearTimeout(putOff);
    },
    close() {
      running = false;
      clearTimeout(putOff);
      clearTimeout(timer);
    },
  };
}

/** Calls `onPassed` after `timeoutMs`, see {@link createDeadline}, and returns a function that prevents it. */
export function startDeadline(timeoutMs: number, onPassed: () => void): () => void {
  const deadline = createDeadline(timeoutMs, onPassed);
  deadline.start();
  return deadline.close;
}

/**
 * Runs `work` with a signal that aborts with `signal`, or after `timeoutMs` with a `TimeoutError`.
 * Not `AbortSignal.any([signal, AbortSignal.timeout(…)])`: in Node 20 the garbage collector takes the second one away, and the time never comes.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const clear = startDeadline(timeoutMs, () =>
    controller.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'))
  );
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clear();
    signal.removeEventListener('abort', abort);
  }
}

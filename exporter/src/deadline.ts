/** Deadlines that the garbage collector cannot take away, and that know of a process that stood still. */

/** A deadline that comes this late, in milliseconds, comes after the event loop stood still. */
const LATE_MS = 50;

/**
 * Calls `onPassed` after `timeoutMs`, and returns a function that prevents it.
 * Where the event loop stood still (the process was stopped, or the machine is overloaded), timers come before what has
 * arrived in the meantime: such a deadline is put off once, by as long as it came late, and by `timeoutMs` at most.
 */
export function startDeadline(timeoutMs: number, onPassed: () => void): () => void {
  const due = performance.now() + timeoutMs;
  let timer = setTimeout(() => {
    const lateMs = performance.now() - due;
    if (lateMs > LATE_MS) timer = setTimeout(onPassed, Math.min(lateMs, timeoutMs));
    else onPassed();
  }, timeoutMs);
  return () => clearTimeout(timer);
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

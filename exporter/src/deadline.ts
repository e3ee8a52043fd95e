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
  const timer = setTimeout(
    () => controller.abort(new DOMException('the deadline has passed', 'TimeoutError')),
    timeoutMs
  );
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Deadlines that are not garbage-collected, and that take into account that the process may have stood still. */
import { noAnswer } from '../text/errors';
import { stoodStillMs } from './standstill';

/** A shorter standstill does not extend a deadline, in milliseconds. */
const NEGLIGIBLE_MS = 20;

/** The deadline of repeated work, with one timer for all runs. */
export interface Deadline {
  /** Call when the work begins. */
  start(): void;
  /** Call when the work has ended in time. */
  clear(): void;
  /** Call when the work will not begin again. */
  close(): void;
}

/**
 * Calls `onPassed` when the work takes longer than `timeoutMs`, not counting the time in which this process stood
 * still, as a response may have arrived that could not be read. Data that has arrived is read before the deadline is
 * evaluated; the deadline is extended by the duration of the standstill.
 * @param mostMs maximum extension in milliseconds; default: unlimited
 */
export function createDeadline(timeoutMs: number, onPassed: () => void, mostMs = Infinity): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let putOff: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let running = false;
  let begun = 0;
  let stoodStillBefore = 0;

  function pass(): void {
    if (!running) return;
    clearImmediate(turn);
    // timers run before data that has arrived in the meantime is read
    turn = setImmediate(judge);
  }

  function judge(): void {
    if (!running) return;
    const stoodStill = Math.min(stoodStillMs() - stoodStillBefore, mostMs);
    const leftMs = begun + timeoutMs + stoodStill - performance.now();
    if (leftMs > NEGLIGIBLE_MS) putOff = setTimeout(pass, leftMs);
    else onPassed();
  }

  function clear(): void {
    running = false;
    clearTimeout(putOff);
    clearImmediate(turn);
  }

  return {
    start() {
      running = true;
      begun = performance.now();
      stoodStillBefore = stoodStillMs();
      // Moving a timer costs less than replacing it; firing while no work runs does no harm.
      if (timer) timer.refresh();
      else timer = setTimeout(pass, timeoutMs);
    },
    clear,
    close() {
      clear();
      clearTimeout(timer);
    },
  };
}

/** Calls `onPassed` after `timeoutMs`, see {@link createDeadline}. Returns a function that cancels it. */
export function startDeadline(timeoutMs: number, onPassed: () => void): () => void {
  const deadline = createDeadline(timeoutMs, onPassed);
  deadline.start();
  return deadline.close;
}

/**
 * Runs `work` with a signal that aborts with `signal`, or after `timeoutMs` with a `TimeoutError`. Not
 * `AbortSignal.any([signal, AbortSignal.timeout(…)])`: Node 20 garbage-collects the latter, so that it never aborts.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const clear = startDeadline(timeoutMs, () => controller.abort(new DOMException(noAnswer(timeoutMs), 'TimeoutError')));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clear();
    signal.removeEventListener('abort', abort);
  }
}

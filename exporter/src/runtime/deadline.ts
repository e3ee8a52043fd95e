/** Deadlines that the garbage collector cannot take away, and that know of a process that stood still. */
import { stoodStillMs } from './standstill';

/** Less than this is no reason to wait any longer, in milliseconds. */
const NEGLIGIBLE_MS = 20;

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
 * Calls `onPassed` when the work takes longer than `timeoutMs`, not counting the time in which this process stood still: then an answer
 * may have come that nobody could read. What has arrived is read before the deadline is judged, and it is put off by as long as the
 * process stood still.
 * @param mostMs by so much at most; default: without a limit
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
    // timers come before what has arrived in the meantime
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
      // To move a timer costs less than to take it away and make another; one that comes while nothing runs does no harm.
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

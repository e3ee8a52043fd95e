/**
 * When things happened on sockets, on the clock of `performance.now()`. What came while the event loop was busy with something else is only
 * seen afterwards, in a queue with others: the time in that queue is ours, and must not be taken for that of the server.
 */
import { performance } from 'node:perf_hooks';

/** Up to this long, in milliseconds, being busy makes no difference. */
const BUSY_MS = 20;

/** When the loop last looked at its sockets, or began to work, as far as is known, and how long it had been idle by then. */
let last = { at: 0, idle: 0 };
let isNoted = false;
/** For all that is seen in this turn of the loop. */
let arrival: number | undefined;

function forget(): void {
  isNoted = false;
  arrival = undefined;
}

/** Notes that something is sent. What comes back has come later. Returns the time. */
export function noteSent(): number {
  const now = performance.now();
  if (!isNoted) {
    if (arrival === undefined) setImmediate(forget);
    isNoted = true;
    last = { at: now, idle: performance.nodeTiming.idleTime };
  }
  return now;
}

/** When that came which is being handled now: when the loop woke for it, or, if it has been busy since it last slept, when it could at the earliest. */
export function arrivedAt(): number {
  if (arrival !== undefined) return arrival;
  const now = performance.now();
  const { idleTime } = performance.nodeTiming;
  const busy = now - last.at - (idleTime - last.idle);
  if (!isNoted) setImmediate(forget);
  last = { at: now, idle: idleTime };
  arrival = busy > BUSY_MS ? now - busy : now;
  return arrival;
}

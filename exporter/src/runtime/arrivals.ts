/**
 * When data arrived on sockets, on the clock of `performance.now()`. While the event loop is busy, data waits in a
 * queue; that time is the exporter's, and must not be counted as the server's response time. The state is of this module, as a
 * thread has one event loop.
 */
import { performance } from 'node:perf_hooks';

/** Busy periods up to this length are ignored, in milliseconds. */
const BUSY_MS = 20;

/** When the loop last polled its sockets or began to work, as far as known, and how long it had been idle by then. */
let last = { at: 0, idle: 0 };
let isNoted = false;
/** Valid for everything that is handled in this turn of the loop. */
let arrival: number | undefined;

function forget(): void {
  isNoted = false;
  arrival = undefined;
}

/** Records that something is sent: the response cannot have arrived earlier. Returns the time. */
export function noteSent(): number {
  const now = performance.now();
  if (!isNoted) {
    if (arrival === undefined) setImmediate(forget);
    isNoted = true;
    last = { at: now, idle: performance.nodeTiming.idleTime };
  }
  return now;
}

/**
 * When the data that is being handled arrived: when the loop woke up for it or, if the loop has been busy since, the
 * earliest possible time.
 */
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

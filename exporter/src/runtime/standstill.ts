/**
 * How long this process stood still: its event loop was busy, or the machine did not schedule it. Measured durations
 * and deadlines have to exclude this time. The state is of this module, as a thread has one event loop.
 */

// Captured at start, so that fake timers in tests do not affect it.
const { setInterval: every } = globalThis;
const now = performance.now.bind(performance);

/** A shorter standstill may not be detected, in milliseconds. */
const BEAT_MS = 25;
/** Usual lateness of a timer. */
const USUAL_MS = 3;

let total = 0;
let lastBeat: number | undefined;

/** The part of the time since the last beat that exceeds one beat. */
function pending(at: number): number {
  const late = lastBeat === undefined ? 0 : at - lastBeat - BEAT_MS;
  return late > USUAL_MS ? late : 0;
}

function beat(): void {
  const at = now();
  total += pending(at);
  lastBeat = at;
}

/** Milliseconds of standstill since the first call; only differences are meaningful. */
export function stoodStillMs(): number {
  if (lastBeat === undefined) {
    lastBeat = now();
    every(beat, BEAT_MS).unref();
  }
  return total + pending(now());
}

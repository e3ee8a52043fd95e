/**
 * How long this process could not do anything: its event loop was busy, or the machine did not let it run. Whoever judges others by the
 * time that they take has to take that out.
 */

// As they are when the program starts: a test that sets the clock does not stop the process.
const { setInterval: every } = globalThis;
const now = performance.now.bind(performance);

/** A standstill that is shorter than this may not be seen, in milliseconds. */
const BEAT_MS = 25;
/** So late comes every timer. */
const USUAL_MS = 3;

let total = 0;
let lastBeat: number | undefined;

/** What of the time since the last beat was too long for one. */
function pending(at: number): number {
  const late = lastBeat === undefined ? 0 : at - lastBeat - BEAT_MS;
  return late > USUAL_MS ? late : 0;
}

function beat(): void {
  const at = now();
  total += pending(at);
  lastBeat = at;
}

/** Milliseconds of standstill, counted from the first call: only differences say something. */
export function stoodStillMs(): number {
  if (lastBeat === undefined) {
    lastBeat = now();
    every(beat, BEAT_MS).unref();
  }
  return total + pending(now());
}

/** Plans the faults: which server, when, which kind, and how long. A pure function of the seed. */
import fc from 'fast-check';

export type FaultKind = 'kill' | 'freeze';

export interface PlannedFault {
  /** From the beginning of the run, in milliseconds. */
  atMs: number;
  server: string;
  /** `kill`: SIGKILL, then a restart; `freeze`: SIGSTOP, then SIGCONT. */
  kind: FaultKind;
  lastsMs: number;
}

export interface PlanOptions {
  seed: number;
  servers: readonly string[];
  durationMs: number;
  /** Mean time between the beginnings of two faults of any servers. */
  meanGapMs?: number;
  /** The longest time for which a server is broken. */
  longestMs?: number;
}

/** From faults too short to detect to those that must be detected. */
const SHORTEST_MS = 100;
const LONGEST_MS = 9000;

/** Faults of different servers overlap; one server has one at a time. */
export function planFaults({
  seed,
  servers,
  durationMs,
  meanGapMs = 5000,
  longestMs = LONGEST_MS,
}: PlanOptions): PlannedFault[] {
  const one = fc.record({
    gapMs: fc.noBias(fc.integer({ min: 0, max: 2 * meanGapMs })),
    server: fc.noBias(fc.nat(servers.length - 1)),
    kind: fc.noBias(fc.constantFrom<FaultKind>('kill', 'freeze')),
    lastsMs: fc.noBias(fc.integer({ min: SHORTEST_MS, max: longestMs })),
  });
  const count = Math.ceil((2 * durationMs) / meanGapMs) + 10;
  const [drawn = []] = fc.sample(fc.array(one, { minLength: count, maxLength: count }), { seed, numRuns: 1 });
  const busyUntil = new Map<string, number>();
  const plan: PlannedFault[] = [];
  let atMs = 0;
  for (const { gapMs, server: index, kind, lastsMs } of drawn) {
    atMs += gapMs;
    if (atMs + lastsMs > durationMs) break;
    const server = servers[index] as string;
    if ((busyUntil.get(server) ?? 0) > atMs) continue;
    // a restart takes time, and the next fault must be distinguishable
    busyUntil.set(server, atMs + lastsMs + (kind === 'kill' ? 12_000 : 4000));
    plan.push({ atMs, server, kind, lastsMs });
  }
  return plan;
}

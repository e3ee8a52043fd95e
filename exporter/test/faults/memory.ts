/**
 * Memory left by faults: probes are created, meet their fault and its end, and are closed, repeatedly; then live
 * objects are counted.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBlackHole } from './black-hole';
import { createMatrix, type Case } from './cases';
import { wellOf } from './probes';
import type { Stage } from './stage';

/** What is alive in the process that probes. */
export interface Alive {
  objects: number;
  /** Of the heap, and of what hangs on it. */
  bytes: number;
  descriptors: number;
  timers: number;
}

export interface Growth extends Alive {
  /** Without the one that warms up. */
  rounds: number;
  /** In all rounds. */
  probes: number;
  /** Faults that were not detected or did not end: for these the result is inconclusive. */
  untested: string[];
}

export interface Rounds {
  rounds: number;
  mostRounds: number;
  grows(growth: Alive): boolean;
}

export interface MemoryTest {
  cases: readonly Case[];
  /**
   * The first round warms up. Returns objects that are alive after a round and were not before, the minimum of all
   * rounds, because a leak occurs in each. While `grows` says that each has left something there are more rounds, up to
   * `mostRounds`: what a library keeps for reuse comes and goes, a leak stays.
   */
  measure(cases: readonly Case[], rounds: Rounds): Promise<Growth>;
  close(): Promise<void>;
}

/** Number of runs within which a fault, or its end, must be detected. */
const MOST_RUNS = 50;

/** Of one round, the least of each figure. */
function leastGrowth(measured: readonly Alive[]): Alive {
  const least = (key: keyof Alive) =>
    Math.min(...measured.slice(1).map((alive, i) => alive[key] - (measured[i] as Alive)[key]));
  return {
    objects: least('objects'),
    bytes: least('bytes'),
    descriptors: least('descriptors'),
    timers: least('timers'),
  };
}

export async function createMemoryTest({ servers, certificates, directory }: Stage): Promise<MemoryTest> {
  const matrix = await createMatrix(servers, certificates);
  const hole = createBlackHole();
  const { cases } = matrix;
  const file = join(directory, 'memory.yml');
  writeFileSync(file, JSON.stringify({ components: cases.map(({ component }) => component) }));
  const child = fork(join(__dirname, 'memory-child.js'), {
    execArgv: ['--expose-gc'],
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: certificates.ca },
  });
  async function ask<T>(order: string, options: object = {}): Promise<T> {
    const answered = once(child, 'message') as Promise<[{ value: T; error?: string }]>;
    child.send({ order, ...options });
    const [{ value, error }] = await answered;
    if (error !== undefined) throw new Error(error);
    return value;
  }
  const run = (names: readonly string[], healthy: boolean) =>
    ask<{ missing: string[]; probes: number }>('run', { names, healthy, mostRuns: MOST_RUNS });

  const well = Object.fromEntries(cases.map(({ name }) => [name, wellOf(name)]));
  await ask('load', { file, well });
  const idle = await ask<Alive>('measure', { descriptors: Infinity, waitMs: 0 });
  // last: servers need time to change accounts
  const swallowed = cases.filter(({ means }) => means === 'black hole').map(({ front }) => front);
  await Promise.all(swallowed.map((front) => front.stopListening()));
  await hole.open(swallowed.map(({ port }) => port));
  await servers.refuseAccounts(() => undefined);
  const lasts = ({ means }: Case) => means === 'black hole' || means === 'server';

  /** Resolves with what was not seen in it. */
  async function round(tested: readonly Case[]): Promise<{ missing: string[]; probes: number }> {
    const names = tested.map(({ name }) => name);
    const passing = tested.filter((item) => !lasts(item));
    const workingNames = passing.map(({ name }) => name);
    const closed = passing.filter(({ means }) => means === 'refused').map(({ front }) => front);
    await ask('open', { names });
    const before = await run(workingNames, true);
    passing.forEach(({ front, behaviour }) => front.begin(behaviour));
    await Promise.all(closed.map((front) => front.stopListening()));
    const during = await run(names, false);
    // a process that stood still could not tell, and has new connections now
    for (let again = 0; again < 3 && during.missing.length > 0; again++) {
      const missed = new Set(during.missing);
      passing.filter(({ name }) => missed.has(name)).forEach(({ front, behaviour }) => front.begin(behaviour));
      const more = await run(during.missing, false);
      during.missing = more.missing;
      during.probes += more.probes;
    }
    await Promise.all(closed.map((front) => front.listenAgain()));
    passing.forEach(({ front }) => front.end());
    const after = await run(workingNames, true);
    await ask('close');
    const phases = [before, during, after];
    return {
      missing: phases.flatMap(({ missing }) => missing),
      probes: phases.reduce((sum, { probes }) => sum + probes, 0),
    };
  }

  return {
    cases,
    async measure(tested, { rounds, mostRounds, grows }) {
      const measured: Alive[] = [];
      const untested = new Set<string>();
      let probes = 0;
      for (let i = 0; i <= rounds || (i <= mostRounds && grows(leastGrowth(measured))); i++) {
        const result = await round(tested);
        result.missing.forEach((name) => untested.add(name));
        probes += result.probes;
        measured.push(await ask<Alive>('measure', { descriptors: idle.descriptors, waitMs: 3000 }));
      }
      return { ...leastGrowth(measured), rounds: measured.length - 1, probes, untested: [...untested] };
    },
    async close() {
      child.disconnect();
      await Promise.all([hole.close(), matrix.close(), servers.acceptAccounts(() => undefined)]);
    },
  };
}

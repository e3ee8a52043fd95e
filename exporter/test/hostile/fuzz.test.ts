/** Bytes are changed in what servers say to a real exporter: it stays, with its ticks, its memory and its neighbours. */
import { appendFileSync } from 'node:fs';
import { HONEST_AMQP } from './amqp';
import { measure, type Measured } from './harness';
import { HONEST_HTTP } from './http';
import { MEMORY_LIMIT_MB } from './memory-limit';
import { createRandom, fuzzed } from './mutate';
import { HONEST_MYSQL } from './mysql';
import { HONEST_POSTGRESQL } from './postgresql';
import { HONEST_REDIS } from './redis';

/** `npm run fuzz` asks for more, and has the time. */
const isLong = process.env.ONEHERTZ_FUZZ_RUNS !== undefined;
const CASES = Number(process.env.ONEHERTZ_FUZZ_RUNS ?? 100);
const SEED = Number(process.env.ONEHERTZ_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** A connection that failed is opened anew at most twice a second, after nonsense every 5 to 30 s: so many cases come of many components. */
const COMPONENTS = isLong ? 264 : 132;
/**
 * In the long run components are replaced by new ones all the time: those have no failures behind them, and dial at once. A probe has time for
 * its log-in, its question and its figures.
 */
const RENEW_MS = 3000;
/** For the start, and for what is asked only every five seconds. */
const SHORTEST_MS = 6000;
/** Hours for 100,000 cases of each; `npm test` does not wait for those that come late. */
const LONGEST_MS = isLong ? Number(process.env.ONEHERTZ_FUZZ_MINUTES ?? 600) * 60_000 : 20_000;
/** So long each exporter runs: while hundreds of components are replaced every few seconds, its native memory grows by some megabytes a minute. */
const ROUND_MS = isLong ? 60_000 : LONGEST_MS;
const MOST_CPU = 0.8;

const UNFIT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function check(found: Measured): void {
  const { alive, neighbourFailures } = found;
  expect({ alive, neighbourFailures }).toEqual({ alive: true, neighbourFailures: 0 });
  expect(found.cpuShare).toBeLessThan(MOST_CPU);
  expect(found.peakMb).toBeLessThan(MEMORY_LIMIT_MB);
  expect(found.outputs).not.toMatch(UNFIT);
  expect(found.log).not.toMatch(/uncaught|unhandled/i);
}

test(
  `answers with changed bytes, ONEHERTZ_FUZZ_SEED=${SEED}`,
  async () => {
    const random = createRandom(SEED);
    const honest = [...HONEST_REDIS, ...HONEST_AMQP, ...HONEST_POSTGRESQL, ...HONEST_MYSQL, ...HONEST_HTTP];
    const cases = new Map(honest.map(({ name }) => [name, 0]));
    const attacks = honest.map((attack) =>
      fuzzed(attack, random, () => cases.set(attack.name, (cases.get(attack.name) ?? 0) + 1))
    );
    const isBehind = (count: number) => count < CASES;
    /** All of them are for those that are not done yet. */
    const howMany = (name: string) => {
      const behind = [...cases.values()].filter(isBehind).length;
      return isBehind(cases.get(name) ?? 0) ? Math.floor(COMPONENTS / behind) : 0;
    };
    const isDone = () => ![...cases.values()].some(isBehind);
    const options = isLong ? { howMany, renewMs: RENEW_MS } : { howMany: () => COMPONENTS / attacks.length };
    const began = performance.now();
    let passed = false;
    try {
      do {
        const longestMs = Math.min(ROUND_MS, LONGEST_MS - (performance.now() - began));
        check(await measure(attacks, { shortestMs: SHORTEST_MS, longestMs, isDone }, options));
      } while (!isDone() && performance.now() - began < LONGEST_MS - SHORTEST_MS && isLong);
      passed = true;
    } finally {
      const log = process.env.ONEHERTZ_FUZZ_LOG;
      if (log !== undefined)
        for (const [name, count] of cases)
          appendFileSync(
            log,
            `${count}\t${passed ? 'passed' : `FAILED: ONEHERTZ_FUZZ_SEED=${SEED}`}\tchanged bytes: ${name}\n`
          );
    }
  },
  LONGEST_MS + 120_000
);

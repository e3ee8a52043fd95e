/** Bytes are changed in what servers say to a real exporter: it stays, with its ticks, its memory and its neighbours. */
import { appendFileSync } from 'node:fs';
import { HONEST_AMQP } from './amqp';
import { measure, MEMORY_LIMIT_MB } from './harness';
import { HONEST_HTTP } from './http';
import { createRandom, fuzzed } from './mutate';
import { HONEST_MYSQL } from './mysql';
import { HONEST_POSTGRESQL } from './postgresql';
import { HONEST_REDIS } from './redis';

/** `npm run fuzz` asks for more, and has the time. */
const isLong = process.env.ONEHERTZ_FUZZ_RUNS !== undefined;
const CASES = Number(process.env.ONEHERTZ_FUZZ_RUNS ?? 100);
const SEED = Number(process.env.ONEHERTZ_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Of each, as a connection that failed is opened anew at most twice a second, after nonsense every 5 to 30 s. */
const COMPONENTS = 12;
/** For the start, and for what is asked only every five seconds. */
const SHORTEST_MS = 6000;
/** A night for 100,000 cases (of MySQL, whose log-ins are never broken off, some thousand); `npm test` does not wait for those that come late. */
const LONGEST_MS = isLong ? Number(process.env.ONEHERTZ_FUZZ_MINUTES ?? 600) * 60_000 : 20_000;
const MOST_CPU = 0.8;

const UNFIT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test(
  `answers with changed bytes, ONEHERTZ_FUZZ_SEED=${SEED}`,
  async () => {
    const random = createRandom(SEED);
    const honest = [...HONEST_REDIS, ...HONEST_AMQP, ...HONEST_POSTGRESQL, ...HONEST_MYSQL, ...HONEST_HTTP];
    const cases = new Map(honest.map(({ name }) => [name, 0]));
    const attacks = honest.flatMap((attack) =>
      Array.from({ length: COMPONENTS }, (_, index) => {
        const changed = fuzzed(attack, random, () => cases.set(attack.name, (cases.get(attack.name) ?? 0) + 1));
        return { ...changed, name: `${attack.name}-${index}` };
      })
    );
    // the management API is asked every half minute only
    const isDone = () => [...cases].every(([name, count]) => count >= CASES || name.startsWith('management'));
    const found = await measure(attacks, { shortestMs: SHORTEST_MS, longestMs: LONGEST_MS, isDone });
    const log = process.env.ONEHERTZ_FUZZ_LOG;
    if (log !== undefined)
      for (const [name, count] of cases)
        appendFileSync(
          log,
          `${count}\t${found.alive ? 'passed' : `FAILED: ONEHERTZ_FUZZ_SEED=${SEED}`}\tchanged bytes: ${name}\n`
        );
    const { alive, neighbourFailures } = found;
    expect({ alive, neighbourFailures }).toEqual({ alive: true, neighbourFailures: 0 });
    expect(found.cpuShare).toBeLessThan(MOST_CPU);
    expect(found.peakMb).toBeLessThan(MEMORY_LIMIT_MB);
    expect(found.outputs).not.toMatch(UNFIT);
    expect(found.log).not.toMatch(/uncaught|unhandled/i);
  },
  LONGEST_MS + 60_000
);

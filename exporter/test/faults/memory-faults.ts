/** No fault may leak memory; if one does, the test names it. */
import { PLANS, type Case } from './cases';
import { createMemoryTest, type Alive, type Growth, type MemoryTest } from './memory';
import { FAULT_ROWS } from './probes';
import { checkReport, WRITES } from './report';
import type { Stage } from './stage';

/** More rounds for `npm run reliability`. */
const ROUNDS = WRITES ? 20 : 2;
/** So many while each leaves something. */
const MOST_ROUNDS = ROUNDS + 3;
/** Tolerance in objects for a process with hundreds of connections; a leaked connection is dozens. */
const NOISE_OBJECTS = 5;
/** Tolerance in bytes per fault for texts and buffers, which vary more. */
const NOISE_BYTES = 2048;

const growsAfter =
  (faults: number) =>
  ({ objects, bytes }: Alive) =>
    objects > NOISE_OBJECTS || bytes > NOISE_BYTES * Math.max(faults, 50);

export function itLeavesNothingInMemory(getStage: () => Stage): void {
  let growth: Growth;
  let leaks: string[] = [];
  beforeAll(async () => {
    const test = await createMemoryTest(getStage());
    try {
      const grows = growsAfter(test.cases.length);
      growth = await test.measure(test.cases, { rounds: ROUNDS, mostRounds: MOST_ROUNDS, grows });
      if (grows(growth)) leaks = await findLeaks(test);
    } finally {
      await test.close();
    }
  }, 900_000);

  it('is the same as before, after every fault and its end', () => {
    expect({ leaks, untested: growth.untested }).toEqual({ leaks: [], untested: [] });
    expect(growth.objects).toBeLessThanOrEqual(NOISE_OBJECTS);
    expect(growth.bytes).toBeLessThanOrEqual(NOISE_BYTES * PLANS.length);
    expect(growth.descriptors).toBeLessThanOrEqual(0);
    expect(growth.timers).toBeLessThanOrEqual(0);
  });

  it('is what docs/reliability.md says', () => {
    const { rounds, probes, objects, bytes } = growth;
    checkReport('memory', [
      {
        group: 'memory',
        fault: 'every fault above, and its end',
        status: 'nothing left behind',
        message: `${rounds} rounds, ${probes} probes: ${objects} objects and ${Math.round(bytes / 1024)} kB more after a round than before it`,
        detectionMs: undefined,
        recoveryMs: undefined,
      },
    ]);
  });
}

/** The faults that leave something, each measured by itself. */
async function findLeaks(test: MemoryTest): Promise<string[]> {
  const found: string[] = [];
  const grown = async (cases: readonly Case[]) => {
    const grows = growsAfter(cases.length);
    const growth = await test.measure(cases, { rounds: 1, mostRounds: 1, grows });
    return grows(growth) ? growth : undefined;
  };
  for (const { slug } of FAULT_ROWS) {
    const own = test.cases.filter(({ row }) => row.slug === slug);
    if (!(await grown(own))) continue;
    for (const item of own) {
      const growth = await grown([item]);
      if (growth) found.push(`${item.name}: ${growth.objects} objects and ${growth.bytes} bytes in each round`);
    }
  }
  return found;
}

/** Probes and workers that end with the test that made them, for tests that run side by side. */
import { waitFor } from '@onehertz/demo';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';
import { startForeignWorker, type ForeignWorker } from './foreign';

/** More of them do not start sooner: the start of a worker takes a second or two of a processor. */
const STARTING_AT_ONCE = 3;
const ALL_STARTED_MS = 100_000;

/** What one test makes. */
export interface Own {
  create(url: string, fields?: Record<string, unknown>): Probe;
  /** Resolves when no other test is starting a worker either: while one starts, the others may be late with their answers. */
  startWorker(...args: Parameters<typeof startForeignWorker>): Promise<ForeignWorker>;
}

/**
 * To be called once in a suite, outside of its tests.
 * @returns what makes the body of a test for `it.concurrent`, for which `afterEach` is of no use: it runs when others are under way
 */
export function ofOneTest() {
  const lanes: Promise<unknown>[] = Array.from({ length: STARTING_AT_ONCE }, () => Promise.resolve());
  let begun = 0;
  let starting = 0;

  async function start(...args: Parameters<typeof startForeignWorker>): Promise<ForeignWorker> {
    const lane = begun++ % STARTING_AT_ONCE;
    starting += 1;
    const worker = (lanes[lane] as Promise<unknown>).then(() => startForeignWorker(...args));
    lanes[lane] = worker.catch(() => undefined).finally(() => (starting -= 1));
    return worker;
  }

  return <A extends unknown[]>(body: (own: Own, ...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      const probes: Probe[] = [];
      const workers: ForeignWorker[] = [];
      const own: Own = {
        create(url, fields = {}) {
          const probe = createProbe(makeTarget('celery', { url, ...fields }), silentContext());
          probes.push(probe);
          return probe;
        },
        async startWorker(...options) {
          const worker = await start(...options);
          workers.push(worker);
          await waitFor(() => starting === 0, { timeoutMs: ALL_STARTED_MS, what: 'the start of all workers' });
          return worker;
        },
      };
      try {
        await body(own, ...args);
      } finally {
        await Promise.all(probes.map((probe) => probe.close()));
        await Promise.all(workers.map((worker) => worker.stop()));
      }
    };
}

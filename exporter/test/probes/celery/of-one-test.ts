/** Probes and workers that end with the test that made them. */
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';
import { startForeignWorker, type ForeignWorker } from './foreign';

/** To be called once in a suite, outside of its tests. */
export function ofOneTest() {
  const probes: Probe[] = [];
  const workers: ForeignWorker[] = [];
  afterEach(async () => {
    await Promise.all(probes.splice(0).map((probe) => probe.close()));
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  });
  return {
    create(url: string, fields: Record<string, unknown> = {}): Probe {
      const probe = createProbe(makeTarget('celery', { url, ...fields }), silentContext());
      probes.push(probe);
      return probe;
    },
    async startWorker(...args: Parameters<typeof startForeignWorker>): Promise<ForeignWorker> {
      const worker = await startForeignWorker(...args);
      workers.push(worker);
      return worker;
    },
  };
}

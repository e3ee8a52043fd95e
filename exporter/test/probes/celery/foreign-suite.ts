/** Applications that set other serializers, names and ways than the defaults: found, counted right, and not disturbed. */
import type { Probe } from '../../../src/probes/probe';
import { runUntil, type Run } from '../kit/helpers';
import type { ofOneTest } from './of-one-test';

export interface ForeignSuite {
  /** A database or virtual host that nobody else uses. @returns its URL */
  place(): string | Promise<string>;
  withOwn: ReturnType<typeof ofOneTest>;
}

/** One run a second, as the scheduler does it. */
export async function forSeconds(probe: Probe, seconds: number): Promise<Run> {
  const end = performance.now() + seconds * 1000;
  return runUntil(probe, () => performance.now() > end, { withinMs: seconds * 1000 + 10_000, pauseMs: 900 });
}

const healthy = ({ status }: Run) => status === 'healthy';
export const answers = ({ message }: Run) => message === '1 of 1 workers answering';

export function itWatchesForeignWorkers({ place, withOwn }: ForeignSuite): void {
  it.each([
    ['takes json and answers in yaml', "accept_content=['json', 'yaml'], task_serializer='yaml'", 0],
    ['takes json and answers in pickle', "accept_content=['json', 'pickle'], task_serializer='pickle'", 0],
    ['takes nothing but pickle', "accept_content=['pickle'], task_serializer='pickle', event_serializer='pickle'", 1],
    ['takes nothing but yaml', "accept_content=['yaml'], task_serializer='yaml'", 2],
  ])(
    'that %s is counted by its answers',
    withOwn(async ({ create, startWorker }, _what: string, conf: string, disturbances: number) => {
      const url = await place();
      const worker = await startWorker(url, { conf });
      const probe = create(url);
      const result = await runUntil(probe, answers, { withinMs: 20_000, pauseMs: 500 });
      expect(result.details).toMatchObject({ worker_count: 1, workers: ['foreign@localhost'] });
      expect(await forSeconds(probe, 5)).toMatchObject({ status: 'healthy', message: '1 of 1 workers answering' });
      expect(worker.lines('CRITICAL')).toBeLessThanOrEqual(disturbances);
    }),
    120_000
  );

  it(
    'that takes none of the formats that can be sent is alive by its heartbeats, and left in peace',
    withOwn(async ({ create, startWorker }) => {
      const url = await place();
      const worker = await startWorker(url, { conf: "accept_content=['application/x-own']" });
      const probe = create(url);
      // its first heartbeat may come before the first ping that it does not take
      const isExplained = (run: Run) => healthy(run) && /\(.*\)$/.test(run.message ?? '');
      const result = await runUntil(probe, isExplained, { withinMs: 20_000, pauseMs: 500 });
      expect(result.message).toMatch(
        /^0 of 1 workers answering; foreign@localhost is alive by heartbeat, \d s ago \(.*\)$/
      );
      await forSeconds(probe, 10);
      // one for each format
      expect(worker.lines('CRITICAL')).toBeLessThanOrEqual(4);
      const disturbed = worker.lines('CRITICAL');
      expect(await forSeconds(probe, 8)).toMatchObject({ status: 'healthy' });
      expect(worker.lines('CRITICAL')).toBe(disturbed);
      worker.server.freeze();
      const dead = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 15_000, pauseMs: 500 });
      expect(dead.error).toMatch(/foreign@localhost has been silent for \d+ s$/);
      worker.server.resume();
    }),
    120_000
  );

  it(
    'that takes no remote control is alive by its heartbeats, and dead without them',
    withOwn(async ({ create, startWorker }) => {
      const url = await place();
      const worker = await startWorker(url, { conf: 'worker_enable_remote_control=False' });
      const patient = create(url, { busy_grace: '60s' });
      const probe = create(url);
      const result = await runUntil(probe, healthy, { withinMs: 20_000, pauseMs: 500 });
      expect(result).toMatchObject({ details: { worker_count: 1 } });
      expect(result.message).toMatch(/alive by heartbeat, \d s ago \(no pings: worker_enable_remote_control is off/);
      await runUntil(patient, healthy, { withinMs: 20_000, pauseMs: 500 });
      await worker.server.kill();
      for (const one of [probe, patient]) {
        const dead = await runUntil(one, ({ status }) => status === 'unhealthy', { withinMs: 15_000, pauseMs: 500 });
        expect(dead.error).not.toContain('sends heartbeats');
      }
    }),
    120_000
  );

  it(
    'of another application is not disturbed by those that do not hear, nor are they by it',
    withOwn(async ({ create, startWorker }) => {
      const url = await place();
      const [usual, other] = await Promise.all([
        startWorker(url, { conf: "accept_content=['json']", name: 'usual' }),
        startWorker(url, { conf: "accept_content=['yaml']", name: 'other' }),
      ]);
      const probe = create(url);
      const both = ({ details }: Run) => details?.worker_count === 2;
      await runUntil(probe, (run) => healthy(run) && both(run), { withinMs: 30_000, pauseMs: 900 });
      const [before, result] = [other.lines('CRITICAL'), await forSeconds(probe, 10)];
      expect(result).toMatchObject({ status: 'healthy', details: { worker_count: 2 } });
      expect(usual.lines('CRITICAL')).toBe(0);
      expect(other.lines('CRITICAL') - before).toBeLessThanOrEqual(3);
      await usual.server.kill();
      const result2 = await runUntil(probe, ({ status }) => status === 'degraded', { withinMs: 15_000, pauseMs: 500 });
      expect(result2.details).toMatchObject({ worker_count: 1, workers: ['other@localhost'] });
    }),
    120_000
  );

  it(
    'of another control exchange is found by that name, and the advice tells of it',
    withOwn(async ({ create, startWorker }) => {
      const url = await place();
      await startWorker(url, { conf: "control_exchange='shop', event_exchange='shopev'" });
      const wrong = await runUntil(create(url), ({ error }) => /no worker listens/.test(error ?? ''));
      expect(wrong.error).toContain('set control_exchange');
      const probe = create(url, { control_exchange: 'shop', event_exchange: 'shopev' });
      await runUntil(probe, (run) => answers(run) && run.version !== undefined);
    }),
    120_000
  );
}

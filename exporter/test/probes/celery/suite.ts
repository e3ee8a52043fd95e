/** Tests of the celery probe with real workers, for either broker. */
import { startCeleryWorker, waitFor, type RunningServer } from '@onehertz/demo';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import {
  expectSockets,
  makeTarget,
  nextChange,
  openSockets,
  recordingLog,
  runOnce,
  runUntil,
  type Run,
} from '../kit/helpers';

export interface CelerySuite {
  broker(): RunningServer;
  /** Puts messages into a queue that no worker reads. */
  fill(queue: string, count: number): Promise<void>;
}

/** The duration depends on the load of the machine. */
const SILENT_SECOND = /^1 of 2 workers answering; second@localhost (does not answer|has been silent for \d s)$/;
/** Workers look for a lost broker after 2, 6, 12, 20 … s. */
const RECONNECT_MS = 40_000;

export function itWatchesWorkers({ broker, fill }: CelerySuite): void {
  let first: RunningServer;
  let second: RunningServer;
  let probe: Probe;
  let logged: () => string;

  function create(fields: Record<string, unknown> = {}): Probe {
    const { log, text } = recordingLog();
    logged = text;
    probe = createProbe(makeTarget('celery', { url: broker().url, min_workers: 2, ...fields }), { log });
    return probe;
  }
  const both = ({ status }: Run) => status === 'healthy';

  beforeAll(async () => {
    [first, second] = await Promise.all([
      startCeleryWorker({ brokerUrl: broker().url, name: 'first' }),
      startCeleryWorker({ brokerUrl: broker().url, name: 'second' }),
    ]);
  }, 60_000);

  afterEach(() => probe.close());

  afterAll(() => Promise.all([first?.stop(), second?.stop()]));

  it('finds all workers with its first ping', async () => {
    expect(await runOnce(create())).toMatchObject({
      status: 'healthy',
      message: '2 of 2 workers answering',
      details: { worker_count: 2, min_workers: 2, workers: ['first@localhost', 'second@localhost'] },
    });
  });

  it('waits no longer than the known workers need', async () => {
    await runUntil(create(), both);
    const durations: number[] = [];
    for (let run = 0; run < 20; run++) {
      const { status, elapsedMs, responseTimeMs = NaN } = await runOnce(probe);
      expect(status).toBe('healthy');
      expect(responseTimeMs).toBeLessThanOrEqual(elapsedMs);
      durations.push(elapsedMs);
    }
    // the window is 550 ms
    expect(durations.sort((a, b) => a - b)[10]).toBeLessThan(240);
  });

  it('reports the length of the queues, and what heartbeats say', async () => {
    await fill('backlog', 7);
    create({ queues: ['backlog', 'not-there'] });
    const result = await runUntil(
      probe,
      ({ gauges, version }) => version !== undefined && gauges?.some(({ value }) => value === 7) === true
    );
    expect(result).toMatchObject({ status: 'healthy', details: { active: 0, queues: { backlog: 7 } } });
    expect(result.version).toMatch(/^\d+\.\d+/);
    const value = (gauge: string) => result.gauges?.find(({ name }) => name === gauge)?.value;
    expect(value('component_celery_workers')).toBe(2);
    expect(value('component_celery_workers_min')).toBe(2);
    expect(value('component_celery_workers_silent')).toBe(0);
    expect(value('component_celery_tasks_active')).toBe(0);
    expect(value('component_celery_heartbeat_age_seconds')).toBeLessThan(10);
    // it travels every second, with fifteen others
    expect(JSON.stringify(result.details).length).toBeLessThan(200);
  });

  it('is degraded while a worker is missing, names it, and is healthy after its return', async () => {
    await runUntil(create(), both);
    await second.kill();
    try {
      const result = await runOnce(probe);
      expect(result).toMatchObject({
        status: 'degraded',
        message: expect.stringMatching(SILENT_SECOND) as string,
        details: { worker_count: 1, workers: ['first@localhost'], silent: ['second@localhost'] },
      });
      await runUntil(probe, ({ message }) => /; second@localhost has been silent for [1-9]\d* s$/.test(message ?? ''));
    } finally {
      await second.restart();
    }
    expect(await runUntil(probe, both)).toMatchObject({ message: '2 of 2 workers answering' });
  });

  it('is degraded even if the others are enough', async () => {
    await runUntil(create({ min_workers: 1 }), ({ details }) => details?.worker_count === 2);
    second.freeze();
    try {
      expect(await runOnce(probe)).toMatchObject({
        status: 'degraded',
        message: expect.stringMatching(SILENT_SECOND) as string,
      });
    } finally {
      second.resume();
    }
    await runUntil(probe, both);
  });

  it('is unhealthy when no worker answers', async () => {
    await runUntil(create(), both);
    await Promise.all([first.kill(), second.kill()]);
    try {
      const result = await runUntil(probe, ({ status }) => status === 'unhealthy');
      expect(result.error).toMatch(/^no worker (answers|listens);/);
      expect(result.error).toContain('first@localhost');
      expect(result.error).toContain('second@localhost');
      expect(result).toMatchObject({ timedOut: false, details: { worker_count: 0 } });
      expect(result.responseTimeMs).toBeUndefined();
      // the broker reports that there are no recipients, so there is no wait
      await runUntil(probe, ({ error, elapsedMs }) => /^no worker listens/.test(error ?? '') && elapsedMs < 240);
    } finally {
      await Promise.all([first.restart(), second.restart()]);
    }
    await runUntil(probe, both);
  });

  it('removes a worker that goes offline immediately', async () => {
    await runUntil(create({ min_workers: 1 }), ({ details }) => details?.worker_count === 2);
    const change = nextChange(probe, 10_000);
    process.kill(second.pid as number, 'SIGTERM');
    try {
      await change;
      expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: '1 of 1 workers answering' });
    } finally {
      await second.restart();
    }
    await runUntil(probe, ({ message }) => message === '2 of 2 workers answering');
  });

  it('does not count the late answers of a resumed worker for another ping', async () => {
    await runUntil(create(), both);
    const ignored = () => logged().split('an answer to an older ping was ignored').length - 1;
    const before = ignored();
    second.freeze();
    try {
      for (let run = 0; run < 4; run++) expect(await runOnce(probe)).toMatchObject({ status: 'degraded' });
      expect(ignored()).toBe(before);
      second.resume();
      // it answers all pings that it missed
      await waitFor(() => ignored() === before + 4, { timeoutMs: 10_000, what: 'four late answers' });
      second.freeze();
      expect(await runOnce(probe)).toMatchObject({ status: 'degraded', details: { worker_count: 1 } });
    } finally {
      second.resume();
    }
    await runUntil(probe, both);
  });

  it('detects a killed broker immediately, and finds the workers again when they are back', async () => {
    await runUntil(create(), both);
    const lost = nextChange(probe);
    try {
      await broker().kill();
      expect(await lost).toBeLessThan(5000);
      const result = await runUntil(probe, ({ error }) => error?.includes('connection refused') === true);
      expect(result.error).toBe('broker: connection refused; is it running, and is the port right?');
      const next = await runOnce(probe);
      expect(next.status).toBe('unhealthy');
      expect(next.elapsedMs).toBeLessThan(240);
    } finally {
      await broker().restart();
    }
    await runUntil(probe, both, { withinMs: RECONNECT_MS });
  }, 90_000);

  it('distinguishes a frozen broker from workers that do not answer', async () => {
    await runUntil(create(), both, { withinMs: RECONNECT_MS });
    broker().freeze();
    try {
      const hung = await runOnce(probe);
      expect(hung).toMatchObject({
        status: 'unhealthy',
        timedOut: true,
        error: 'broker: timed out after 800 ms (no reply)',
      });
      const next = await runOnce(probe);
      expect(next).toMatchObject({ status: 'unhealthy', timedOut: false, error: hung.error });
      expect(next.elapsedMs).toBeLessThan(240);
    } finally {
      broker().resume();
    }
    await runUntil(probe, both, { withinMs: RECONNECT_MS });
  }, 90_000);

  it.each(['healthy', 'frozen'])(
    'leaves no socket when it is closed while the broker is %s',
    async (state) => {
      const before = openSockets();
      create();
      await runUntil(probe, both, { withinMs: RECONNECT_MS });
      try {
        if (state === 'frozen') broker().freeze();
        const running = runOnce(probe);
        const started = performance.now();
        await probe.close();
        expect(performance.now() - started).toBeLessThan(1500);
        expect(await running).toMatchObject({ status: 'unhealthy' });
        await expectSockets(before);
      } finally {
        broker().resume();
      }
    },
    60_000
  );
}

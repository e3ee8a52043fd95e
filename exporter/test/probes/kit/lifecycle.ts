/** Tests for every probe with a kept connection: its server is killed, frozen, and restarted. */
import type { RunningServer } from '@onehertz/demo';
import type { Probe } from '../../../src/probes/probe';
import { expectSockets, givenUpConnections, nextChange, openSockets, runOnce, runUntil } from './helpers';

export interface Lifecycle {
  server(): RunningServer;
  /** A new probe of the server, that nobody has run yet. */
  create(): Probe;
  /** How many connections it may give up while the server is frozen for {@link FROZEN_MS}; default: 3, the open ones and an attempt. */
  givenUp?: number;
}

/**
 * Generous limit from `kill -9` to the call of the listener on a busy machine; idle it is 1 to 20 ms (RabbitMQ: 90).
 */
const AT_ONCE_MS = 5000;

const FROZEN_MS = 8000;

export function itSurvives({ server, create, givenUp = 3 }: Lifecycle): void {
  // a failure in between must not affect later tests; some servers need 20 s to start on a busy machine
  afterEach(async () => {
    if (server().pid === undefined) await server().restart();
  }, 60_000);

  /** A healthy probe whose connection is old enough to count as successful. */
  async function healthyProbe(): Promise<Probe> {
    const probe = create();
    // data of a management interface may be ten seconds old: an alarm of the previous test
    await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 20_000 });
    const since = performance.now();
    await runUntil(probe, () => performance.now() - since > 600);
    return probe;
  }

  it('detects immediately that its server was killed, and that it is back', async () => {
    const probe = await healthyProbe();
    const lost = nextChange(probe);
    const killed = server().kill();
    const noticedAfterMs = await lost;
    const dead = await runOnce(probe);
    await killed;
    expect(noticedAfterMs).toBeLessThan(AT_ONCE_MS);
    expect(dead).toMatchObject({ status: 'unhealthy', timedOut: false });
    expect(dead.error).toMatch(/^connection (closed|reset|refused)/);
    // meanwhile every run returns immediately, with the current error
    const refused = await runUntil(probe, ({ error }) => error?.includes('connection refused') ?? false);
    expect(refused.error).toBe('connection refused; is it running, and is the port right?');
    expect(refused.elapsedMs).toBeLessThan(AT_ONCE_MS);

    const back = nextChange(probe, 60_000);
    await server().restart();
    await back;
    const regained = await runUntil(probe, ({ status }) => status === 'healthy');
    expect(regained.error).toBeUndefined();
    await probe.close();
  }, 90_000);

  it('ends at the timeout with a frozen server, fails immediately from then on, and recovers', async () => {
    const probe = await healthyProbe();
    server().freeze();
    try {
      const hung = await runOnce(probe, 300);
      expect(hung).toMatchObject({ status: 'unhealthy', timedOut: true });
      expect(hung.error).toMatch(/timed out after \d+ ms \((connected, )?no reply\)$/);
      expect(hung.elapsedMs).toBeLessThan(300 + AT_ONCE_MS);
      for (let i = 0; i < 5; i += 1) {
        const next = await runOnce(probe);
        expect(next).toMatchObject({ status: 'unhealthy', timedOut: false, error: hung.error });
        expect(next.elapsedMs).toBeLessThan(AT_ONCE_MS);
      }
    } finally {
      server().resume();
    }
    await runUntil(probe, ({ status }) => status === 'healthy');
    await probe.close();
  });

  it('gives up few connections of a server that is frozen for long, and is back at once', async () => {
    const probe = await healthyProbe();
    const { port } = server();
    const before = givenUpConnections(port);
    server().freeze();
    try {
      const since = performance.now();
      await runUntil(probe, () => performance.now() - since > FROZEN_MS, { withinMs: 2 * FROZEN_MS, timeoutMs: 300 });
      expect(givenUpConnections(port) - before).toBeLessThanOrEqual(givenUp);
    } finally {
      server().resume();
    }
    await runUntil(probe, ({ status }) => status === 'healthy');
    await probe.close();
  }, 60_000);

  it.each(['healthy', 'frozen', 'killed'] as const)(
    'leaves no socket behind when it is closed while %s',
    async (state) => {
      const before = openSockets();
      const probe = create();
      await runUntil(probe, ({ status }) => status === 'healthy');
      try {
        if (state === 'frozen') server().freeze();
        if (state === 'killed') await server().kill();
        if (state !== 'healthy') await runUntil(probe, ({ status }) => status === 'unhealthy', { timeoutMs: 200 });
        const started = performance.now();
        await probe.close();
        expect(performance.now() - started).toBeLessThan(1500);
        // the pipes to a killed server are gone, too
        await expectSockets(before);
      } finally {
        server().resume();
        if (state === 'killed') await server().restart();
      }
      expect((await runOnce(probe)).status).toBe('unhealthy');
    },
    90_000
  );
}

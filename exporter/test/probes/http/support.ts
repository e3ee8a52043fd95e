/** What the tests of http, websdr and model_info share. */
import { type RunningServer, startNode } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { expectSockets, makeTarget, nextChange, openSockets, runOnce, runUntil, silentContext } from '../kit/helpers';

/** The service of fixtures/http-server.js, in a process that can be killed and frozen. */
export function startService(): Promise<RunningServer> {
  return startNode({
    name: 'service',
    script: join(__dirname, 'fixtures/http-server.js'),
    args: (port) => [String(port)],
  });
}

/** How the tests of one probe that asks over HTTP make it, and ask once. */
export function asking(probe: 'http' | 'websdr' | 'model_info') {
  const create = (url: string, fields: Record<string, unknown> = {}): Probe =>
    createProbe(makeTarget(probe, { url, ...fields }), silentContext());
  return {
    create,
    /** One run of a probe that is closed afterwards. */
    async probeOnce(url: string, fields: Record<string, unknown> = {}, timeoutMs = 800) {
      const made = create(url, fields);
      try {
        return await runOnce(made, timeoutMs);
      } finally {
        await made.close();
      }
    },
  };
}

export interface LocalServer {
  readonly url: string;
  /** Connections taken so far. */
  readonly connections: number;
  /** Paths that were asked for, in order. */
  readonly paths: string[];
  close(): Promise<void>;
}

/** A server in this process, for what can only be seen from inside. */
export async function serve(listener: RequestListener, options: ServerOptions = {}): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const paths: string[] = [];
  let connections = 0;
  const server = createServer(options, (request, response) => {
    paths.push(request.url ?? '');
    listener(request, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    paths,
    async close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}

/** Generous for a machine that is busy with other tests; idle it is 5 to 30 ms. */
const AT_ONCE_MS = 2000;

export interface Lifecycle {
  service(): RunningServer;
  create(): Probe;
}

/** As a scheduler would: what was kept from one tick to the next is expected to stay. */
export async function runForASecond(probe: Probe): Promise<void> {
  await runUntil(probe, ({ status }) => status === 'healthy');
  const since = performance.now();
  await runUntil(probe, ({ status }) => status === 'healthy' && performance.now() - since > 700);
}

/** What every probe over HTTP does when its service is killed, frozen, and comes back. */
export function itSurvivesOverHttp({ service, create }: Lifecycle): void {
  const isHealthy = ({ status }: { status: string }) => status === 'healthy';

  it('knows at once that the service was killed, why it is gone, and that it is back', async () => {
    const probe = create();
    await runForASecond(probe);
    const lost = nextChange(probe);
    try {
      await service().kill();
      expect(await lost).toBeLessThan(AT_ONCE_MS);
      for (let i = 0; i < 3; i += 1) {
        const dead = await runOnce(probe);
        expect(dead).toMatchObject({
          status: 'unhealthy',
          error: 'connection refused; is it running, and is the port right?',
          timedOut: false,
        });
      }
    } finally {
      await service().restart();
    }
    expect((await runOnce(probe, 2000)).status).toBe('healthy');
    await probe.close();
  });

  it('gives a frozen service up at the deadline, and finds it again', async () => {
    const probe = create();
    await runUntil(probe, isHealthy);
    const sockets = openSockets();
    service().freeze();
    try {
      for (let i = 0; i < 3; i += 1) {
        const hung = await runOnce(probe, 300);
        expect(hung).toMatchObject({ status: 'unhealthy', timedOut: true });
        expect(hung.error).toMatch(/^timed out after \d+ ms \(connected, no reply\)$/);
        expect(hung.elapsedMs).toBeLessThan(300 + AT_ONCE_MS);
      }
      await expectSockets(sockets);
    } finally {
      service().resume();
    }
    await runUntil(probe, isHealthy);
    await probe.close();
  });

  it('closes at once, also while it waits for a frozen service', async () => {
    const probe = create();
    await runUntil(probe, isHealthy);
    const sockets = openSockets();
    service().freeze();
    try {
      const hanging = runOnce(probe, 5000);
      const begun = performance.now();
      await probe.close();
      expect((await hanging).status).toBe('unhealthy');
      expect(performance.now() - begun).toBeLessThan(AT_ONCE_MS);
      await expectSockets(sockets - 1);
    } finally {
      service().resume();
    }
    expect((await runOnce(probe)).status).toBe('unhealthy');
  });
}

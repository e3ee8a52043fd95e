/** What the tests share that need servers, clients and probes of their own: all of them are closed after each test. */
import type { RunningServer } from '@onehertz/demo';
import Redis from 'ioredis';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { makeTarget, silentContext } from '../kit/helpers';

const probes: Probe[] = [];
const clients: Redis[] = [];
const servers: RunningServer[] = [];

export function probeOf(url: string, fields: Record<string, unknown> = {}): Probe {
  const probe = createProbe(makeTarget('redis', { url, ...fields }), silentContext());
  probes.push(probe);
  return probe;
}

export function clientOf({ url }: { url: string }): Redis {
  // without questions of its own, which the server would count
  const client = new Redis(url, {
    retryStrategy: () => null,
    disconnectTimeout: 1,
    disableClientInfo: true,
    enableReadyCheck: false,
    protocol: 2,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

export async function started(server: Promise<RunningServer>): Promise<RunningServer> {
  servers.push(await server);
  return server;
}

afterEach(async () => {
  clients.splice(0).forEach((client) => client.disconnect());
  await Promise.all(probes.splice(0).map((probe) => probe.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

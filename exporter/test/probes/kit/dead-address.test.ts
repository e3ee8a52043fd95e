/**
 * A host with two addresses, of which the first swallows all packets: every client reaches the second, and gives each the time that the
 * deadline of its probe leaves for it, in the place of Node's 250 ms. Only the resolver is a stand-in; the addresses, and what listens
 * there, are real.
 */
import {
  freePort,
  startPostgresql,
  startRabbitmq,
  startRedis,
  startS3,
  waitFor,
  type RabbitmqServer,
} from '@onehertz/demo';
import dns from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, Socket, type Server } from 'node:net';
import { createProbe, type ProbeName } from '../../../src/probes';
import { createBlackHole, type BlackHole } from '../../faults/black-hole';
import { run, settings } from '../../outputs/grafana-live/support/live';
import { startLiveEndpoint, type LiveEndpoint } from '../../outputs/grafana-live/support/live-endpoint';
import { makeTarget, runUntil, silentContext } from './helpers';

const original = dns.lookup;
const closing: (() => unknown)[] = [];
/** What each socket was given for an address, in milliseconds. */
let given = new Set<unknown>();
let hole: BlackHole;
let rabbitmq: RabbitmqServer;
let grafana: LiveEndpoint;
let account: object;
/** Of each server: 127.0.0.1 swallows, 127.0.0.2 answers. */
const ports: Record<string, number> = {};
const urls: Record<string, string> = {};

/** The same server at 127.0.0.2, on a port that is free at 127.0.0.1. */
async function atTheOtherAddress(port: number): Promise<number> {
  const front = createServer((socket) => {
    const behind = connect(port, '127.0.0.1');
    for (const each of [socket, behind])
      each.on('error', () => undefined).on('close', () => [socket, behind].forEach((one: Socket) => one.destroy()));
    socket.pipe(behind).pipe(socket);
  });
  closing.push(() => front.close());
  return listening(front);
}

async function listening(server: Server): Promise<number> {
  // not one of those that the kernel gives to clients of 127.0.0.1 meanwhile
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.2', resolve));
  return port;
}

beforeAll(async () => {
  const http = createHttpServer((request, response) => {
    response
      .setHeader('content-type', 'application/json')
      .end(request.url === '/model' ? '{"model_name":"m","model_version":"1","is_ready":true}' : '{}');
  });
  closing.push(() => http.close());
  ports['http'] = await listening(http);
  const [postgresql, redis, s3] = await Promise.all([startPostgresql(), startRedis(), startS3()]);
  rabbitmq = await startRabbitmq({ management: true });
  grafana = await startLiveEndpoint();
  closing.push(...[postgresql, redis, s3, rabbitmq].map((server) => () => server.stop()), () => grafana.close());
  account = { access_key: s3.accessKey, secret_key: s3.secretKey };
  for (const [name, url] of Object.entries({
    ...{ postgresql: postgresql.url, redis: redis.url, minio: s3.url, grafana: grafana.url },
    ...{ amqp: rabbitmq.url, management: rabbitmq.managementUrl as string },
  })) {
    const { port } = new URL(url);
    ports[name] = await atTheOtherAddress(Number(port));
    urls[name] = url.replace(`127.0.0.1:${port}`, `many.test:${ports[name]}`);
  }
  hole = createBlackHole();
  await hole.open(Object.values(ports));
  dns.lookup = ((host: string, options: dns.LookupOptions, callback: (...result: unknown[]) => void) => {
    if (host !== 'many.test') return original(host, options, callback as never);
    const found = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    setImmediate(() => (options.all ? callback(null, found) : callback(null, '127.0.0.1', 4)));
  }) as never;
  const open = Socket.prototype.connect as (...args: unknown[]) => Socket;
  jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [options] = args.flat() as Record<string, unknown>[];
    if (options?.['host'] === 'many.test') given.add(options['autoSelectFamilyAttemptTimeout']);
    return open.apply(this, args);
  });
}, 180_000);

afterAll(async () => {
  dns.lookup = original;
  for (const close of closing.reverse()) await close();
  await hole?.close();
}, 60_000);

beforeEach(() => void (given = new Set()));

const CASES: Record<string, [ProbeName, () => Record<string, unknown>, said?: RegExp]> = {
  http: ['http', () => ({ url: `http://many.test:${ports['http']}/` })],
  model_info: ['model_info', () => ({ url: `http://many.test:${ports['http']}/model` })],
  postgresql: ['postgresql', () => ({ url: urls['postgresql'] })],
  redis: ['redis', () => ({ url: urls['redis'] })],
  rabbitmq: ['rabbitmq', () => ({ url: urls['amqp'] })],
  minio: ['minio', () => ({ url: urls['minio'], ...account })],
  'minio without keys': ['minio', () => ({ url: urls['minio'] })],
  // it is reached, and has no workers
  'celery over AMQP': ['celery', () => ({ url: urls['amqp'] }), /no worker/],
  'celery over Redis': ['celery', () => ({ url: urls['redis'] }), /no worker/],
};

it.each(Object.entries(CASES))('%s', async (_name, [name, fields, said]) => {
  const probe = createProbe(makeTarget(name, { timeout: '800ms', ...fields() }), silentContext());
  try {
    const result = await runUntil(
      probe,
      ({ status, error = '' }) => status !== 'unhealthy' || said?.test(error) === true
    );
    expect(result.status).toBe(said ? 'unhealthy' : 'healthy');
    expect([...given]).toEqual([400]);
  } finally {
    await probe.close();
  }
});

it('the management API of RabbitMQ', async () => {
  const fields = { url: rabbitmq.url, management_url: urls['management'] };
  const probe = createProbe(makeTarget('rabbitmq', fields), silentContext());
  try {
    expect((await runUntil(probe, ({ details }) => details?.['nodes'] === 1)).status).toBe('healthy');
    // of its own deadline of 4 s
    expect([...given]).toEqual([2000]);
  } finally {
    await probe.close();
  }
});

it.each(['http', 'websocket'] as const)('Grafana Live over %s', async (transport) => {
  const before = grafana.pushes.length;
  const token = grafana.accounts.grant('Editor');
  const running = await run(settings(urls['grafana'] as string, { transport, token, timeout: 3000 }));
  running.tick();
  await waitFor(() => grafana.pushes.length > before, { timeoutMs: 10_000, what: 'a push' });
  await running.live.close();
  expect([...given]).toEqual([1500]);
});

import { evaluateErlang, startRabbitmq, waitFor, type RabbitmqServer } from '@onehertz/demo';
import { connect, type ChannelModel } from 'amqplib';
import { once } from 'node:events';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { createProbe } from '../../../src/probes';
import type { QueueCount, QueueProblem } from '../../../src/probes/amqp/queues';
import type { Probe } from '../../../src/probes/probe';
import { rabbitmqResult, type RabbitmqFindings } from '../../../src/probes/rabbitmq/result';
import { makeFolder } from '../../config/helpers';
import { makeAuthority, makeCertificate } from '../../http/certificates';
import type { Fields } from '../kit/checks';
import {
  expectSockets,
  listen,
  listenGarbage,
  listenSilently,
  makeTarget,
  nextChange,
  openSockets,
  recordingLog,
  refusedPort,
  runOnce,
  runUntil,
  silentContext,
  type Run,
} from '../kit/helpers';
import { itSurvives } from '../kit/lifecycle';
import { withMemoryAlarm } from './erlang';
import { askManagement } from './management';

let server: RabbitmqServer;
let probe: Probe | undefined;
/** A client of the broker beside the probe. */
let client: ChannelModel | undefined;

const create = (fields: Record<string, unknown> = {}): Probe =>
  (probe = createProbe(makeTarget('rabbitmq', { url: server.url, ...fields }), silentContext()));

async function openClient(): Promise<ChannelModel> {
  client = await connect(server.url, { noDelay: true });
  client.on('error', () => undefined);
  return client;
}

beforeAll(async () => {
  server = await startRabbitmq({ management: true });
  // the management API gets its numbers every 5 s by default
  await evaluateErlang(server, 'application:set_env(rabbit, collect_statistics_interval, 1000).');
}, 120_000);

afterEach(async () => {
  await probe?.close();
  await client?.close().catch(() => undefined);
  probe = client = undefined;
});

afterAll(() => server?.stop());

describe('a RabbitMQ that works', () => {
  it('is healthy when a message comes back', async () => {
    const result = await runOnce(create());
    expect(result).toMatchObject({ status: 'healthy', message: 'test message delivered', details: {} });
    expect(result.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(result.responseTimeMs).toBeLessThan(800);
    expect(result.gauges).toEqual([{ name: 'component_rabbitmq_publishers_blocked', value: 0 }]);
  });

  it('counts the making of its connection not as response time', async () => {
    const begun = performance.now();
    const { responseTimeMs } = await runOnce(create());
    expect(responseTimeMs).toBeLessThan((performance.now() - begun) / 2);
  });

  it('keeps one connection for all runs', async () => {
    const before = openSockets();
    create();
    for (let run = 0; run < 50; run++) expect(await runOnce(probe as Probe)).toMatchObject({ status: 'healthy' });
    expect(openSockets()).toBe(before + 1);
    await probe?.close();
    await expectSockets(before);
  });

  it('counts the messages and consumers of the configured queues', async () => {
    const channel = await (await openClient()).createChannel();
    const { queue: full } = await channel.assertQueue('', { exclusive: false, autoDelete: true });
    const { queue: busy } = await channel.assertQueue('', { exclusive: false, autoDelete: true });
    for (let i = 0; i < 7; i++) channel.sendToQueue(full, Buffer.from('a task'));
    await channel.consume(busy, () => undefined);
    create({ queues: [full, { name: busy, max_messages: 100 }] });
    const result = await runUntil(probe as Probe, ({ gauges }) => gauges?.some(({ value }) => value === 7) === true);
    expect(result).toMatchObject({
      status: 'healthy',
      details: {
        queues: [
          { name: full, ready: 7, consumers: 0 },
          { name: busy, ready: 0, consumers: 1 },
        ],
      },
    });
    expect(result.gauges).toContainEqual({
      name: 'component_rabbitmq_messages_ready',
      labels: { queue: full },
      value: 7,
    });
    expect(result.gauges).toContainEqual({ name: 'component_rabbitmq_consumers', labels: { queue: busy }, value: 1 });
  });

  it('warns of a queue over its limit, until it is emptied', async () => {
    const channel = await (await openClient()).createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: false, autoDelete: true });
    for (let i = 0; i < 6; i++) channel.sendToQueue(queue, Buffer.from('a task'));
    create({ queues: [{ name: queue, max_messages: 5 }] });
    const result = await runUntil(probe as Probe, ({ status }) => status === 'warning');
    expect(result.message).toBe(`queue "${queue}" holds 6 messages, more than 5`);
    await channel.purgeQueue(queue);
    await runUntil(probe as Probe, ({ status }) => status === 'healthy');
  });

  it('warns of a missing queue, and counts the others and the missing one once it is there', async () => {
    const channel = await (await openClient()).createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: false, autoDelete: true });
    create({ queues: ['not-there', queue, 'not-there-either'] });
    for (let run = 0; run < 3; run++) {
      const result = await runOnce(probe as Probe);
      expect(result).toMatchObject({
        status: 'warning',
        message: 'queue "not-there" does not exist; queue "not-there-either" does not exist',
        details: { queues: [{ name: queue, ready: 0, consumers: 0 }] },
      });
    }
    await channel.assertQueue('not-there', { autoDelete: true, exclusive: true });
    await channel.assertQueue('not-there-either', { autoDelete: true });
    // an exclusive queue of somebody else exists, but the broker tells nothing of it
    const result = await runUntil(probe as Probe, ({ message }) => /RESOURCE_LOCKED/.test(message ?? ''), {
      withinMs: 15_000,
    });
    expect(result.status).toBe('warning');
    expect(result.message).toMatch(/^queue "not-there": RESOURCE_LOCKED/);
    await channel.deleteQueue('not-there-either');
  });
});

describe('the management API', () => {
  it('adds nodes and unacknowledged messages', async () => {
    const channel = await (await openClient()).createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: false, autoDelete: true });
    await channel.consume(queue, () => undefined, { noAck: false });
    for (let i = 0; i < 3; i++) channel.sendToQueue(queue, Buffer.from('a task'));
    create({ queues: [queue], management_url: server.managementUrl });
    const unacked = { name: 'component_rabbitmq_messages_unacknowledged', labels: { queue }, value: 3 };
    const messages = new Set<string>();
    const result = await runUntil(
      probe as Probe,
      ({ gauges, message = '' }) => {
        messages.add(message);
        return gauges?.some((gauge) => JSON.stringify(gauge) === JSON.stringify(unacked)) === true;
      },
      { withinMs: 20_000 }
    );
    // also before RabbitMQ has any statistics of the queue
    expect([...messages]).toEqual(['test message delivered']);
    expect(result).toMatchObject({
      status: 'healthy',
      details: { nodes: 1, nodes_running: 1, queues: [{ name: queue, ready: 0, consumers: 1, unacked: 3 }] },
    });
    expect(result.gauges).toContainEqual({ name: 'component_rabbitmq_nodes_running', value: 1 });
    expect(result.gauges).toContainEqual({ name: 'component_rabbitmq_partitions', value: 0 });
    expect(result.gauges).toContainEqual({
      name: 'component_rabbitmq_alarms',
      labels: { resource: 'memory' },
      value: 0,
    });
  });

  it.each([
    ['nobody listens', async () => `http://u:s3cr3t@127.0.0.1:${await refusedPort()}`, /connection refused/],
    [
      'the password is wrong',
      () => withPassword(server.managementUrl as string, 's3cr3t'),
      /login refused \(HTTP 401\)/,
    ],
    ['it is another page', () => `${server.managementUrl}/nowhere`, /HTTP 40[46]; is the management plugin on/],
  ])('is only a note when %s', async (_name, url, note) => {
    const { log, text } = recordingLog();
    probe = createProbe(makeTarget('rabbitmq', { url: server.url, management_url: await url() }), { log });
    const result = await runUntil(probe, ({ message }) => message?.includes('management API') === true);
    expect(result.status).toBe('healthy');
    expect(result.message).toMatch(/^test message delivered; management API at 127\.0\.0\.1:\d+: /);
    expect(result.message).toMatch(note);
    expect(JSON.stringify(result) + text()).not.toContain('s3cr3t');
  });

  it('is asked over TLS as the block says', async () => {
    const folder = makeFolder();
    const ca = makeAuthority(folder, 'ca');
    const { cert, key } = makeCertificate(folder, 'server', ca, 'DNS:rabbit.example');
    const client = makeCertificate(folder, 'client', ca);
    const real = new URL(server.managementUrl as string);
    // as a proxy before it does
    const front = createServer({ cert, key, ca: ca.cert, requestCert: true }, (socket) => {
      const behind = connectSocket(Number(real.port), real.hostname);
      for (const each of [socket, behind]) each.on('error', () => undefined).on('close', () => behind.destroy());
      socket.pipe(behind).pipe(socket);
    });
    front.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(front, 'listening');
    const { port } = front.address() as AddressInfo;
    const management_url = `https://${real.username}:${real.password}@127.0.0.1:${port}`;
    const trust = { ca: ca.cert, server_name: 'rabbit.example' };
    const own = { ...trust, cert: client.cert, key: client.key };
    const said = async (fields: Fields) => {
      create({ management_url, ...fields });
      const asked = ({ details, message }: Run) => details?.['nodes'] === 1 || message?.includes('management') === true;
      const { message, details } = await runUntil(probe as Probe, asked);
      await probe?.close();
      return details?.['nodes'] === 1 ? 'nodes' : message;
    };
    try {
      expect(await said({ tls: own })).toBe('nodes');
      expect(await said({ tls: trust, management_tls: own })).toBe('nodes');
      expect(await said({ tls: own, management_tls: trust })).toMatch(/client cert/);
      expect(await said({})).toMatch(/self-signed; set tls\.ca_file/);
      expect(await said({ management_tls: { server_name: 'x' } })).toMatch(/; set management_tls\.ca_file/);
    } finally {
      front.close();
      folder.remove();
    }
  });

  it('never makes a result late when it hangs', async () => {
    const silent = await listenSilently();
    try {
      create({ management_url: `http://127.0.0.1:${silent.port}` });
      for (let run = 0; run < 5; run++) expect(await runOnce(probe as Probe)).toMatchObject({ status: 'healthy' });
      expect(silent.accepted).toBe(1);
      await probe?.close();
      await waitFor(() => silent.open === 0, { timeoutMs: 1000, what: 'the end of the hanging request' });
    } finally {
      await silent.close();
    }
  });
});

describe('the findings in a cluster', () => {
  const report = { nodes: 3, nodesRunning: 3, memoryAlarms: 0, diskAlarms: 0, partitioned: 0, unacked: new Map() };
  const findings: RabbitmqFindings = {
    responseTimeMs: 1,
    version: '3.10.8',
    blocked: undefined,
    limits: [],
    inspection: [],
    management: report,
    managementError: undefined,
  };

  it.each([
    [{ nodesRunning: 2 }, 'warning', '2 of 3 nodes running'],
    [{ partitioned: 2 }, 'warning', 'network partition: seen by 2 nodes'],
    [{ memoryAlarms: 1, diskAlarms: 2 }, 'warning', 'memory alarm on 1 node; disk alarm on 2 nodes'],
    [{}, 'healthy', 'test message delivered'],
  ])('%j is %s: %s', (change, status, message) => {
    expect(rabbitmqResult({ ...findings, management: { ...report, ...change } })).toMatchObject({ status, message });
  });

  it('stay small with many queues, in the gauges they are all', () => {
    const names = Array.from({ length: 50 }, (_, index) => `queue-${index}`);
    const many = (entry: (name: string, index: number) => QueueCount | QueueProblem) =>
      rabbitmqResult({ ...findings, limits: names.map((name) => ({ name })), inspection: names.map(entry) });
    const counted = many((name, index) => ({ name, messages: index, consumers: 1 }));
    expect(counted.details?.queues).toEqual([
      { name: 'queue-49', ready: 49, consumers: 1 },
      { name: 'queue-48', ready: 48, consumers: 1 },
      { name: 'queue-47', ready: 47, consumers: 1 },
    ]);
    expect(counted.gauges?.filter(({ name }) => name === 'component_rabbitmq_messages_ready')).toHaveLength(50);
    const missing = many((name) => ({ name, problem: `queue "${name}" does not exist` }));
    expect(missing.message).toMatch(/; 47 more problems$/);
  });
});

describe('an alarm that blocks publishers', () => {
  it('degrades the broker, and is over when the alarm is', async () => {
    create({ queues: ['not-there'], management_url: server.managementUrl });
    await runUntil(probe as Probe, ({ status }) => status === 'warning');
    let unblocked: Promise<unknown> | undefined;
    await withMemoryAlarm(server, async () => {
      const blocked = await runUntil(probe as Probe, ({ status }) => status === 'degraded');
      expect(blocked.message).toBe('publishers are blocked: memory alarm; queue "not-there" does not exist');
      expect(blocked).toMatchObject({ details: { blocked: 'memory alarm' } });
      expect(blocked.gauges).toContainEqual({ name: 'component_rabbitmq_publishers_blocked', value: 1 });
      // longer than the heartbeat takes to give up a connection
      const end = performance.now() + 6000;
      await runUntil(
        probe as Probe,
        (result) => {
          expect(result.status).toBe('degraded');
          return performance.now() > end;
        },
        { pauseMs: 200, timeoutMs: 5000 }
      );
      await runUntil(probe as Probe, ({ details }) => details?.memory_alarms === 1);
      unblocked = nextChange(probe as Probe, 20_000);
    });
    await unblocked;
    expect((await runOnce(probe as Probe)).message).not.toContain('blocked');
  }, 60_000);

  it('is noticed also by a probe that begins when it is on', async () => {
    create();
    await withMemoryAlarm(server, async () => {
      const result = await runOnce(probe as Probe);
      expect(result).toMatchObject({ status: 'degraded', message: 'publishers are blocked: memory alarm' });
    });
    await runUntil(probe as Probe, ({ status }) => status === 'healthy');
  }, 60_000);
});

describe('a RabbitMQ that fails', () => {
  // a durable queue: it is there after a restart, too
  beforeAll(async () => {
    const channel = await (await openClient()).createChannel();
    await channel.assertQueue('durable', { durable: true });
  });

  itSurvives({
    server: () => server,
    create: () => create({ queues: ['durable'], management_url: server.managementUrl }),
  });

  it('is probed anew when an administrator closes the connection', async () => {
    create();
    await runOnce(probe as Probe);
    type Connection = { name: string; client_properties?: { connection_name?: string } };
    const name = await waitFor(
      async () => {
        const connections = (await askManagement(server, 'GET', 'connections')) as Connection[];
        return connections.find((one) => one.client_properties?.connection_name === 'onehertz rabbitmq')?.name;
      },
      { timeoutMs: 15_000, what: 'the probe among the connections that the management API lists' }
    );
    const lost = nextChange(probe as Probe);
    await askManagement(server, 'DELETE', `connections/${encodeURIComponent(name)}`);
    await lost;
    await runUntil(probe as Probe, ({ status }) => status === 'healthy');
  });
});

describe('a RabbitMQ that cannot be had', () => {
  const withUrl = (change: (url: URL) => void): string => {
    const url = new URL(server.url);
    change(url);
    return url.href;
  };

  it.each([
    ['password', () => withPassword(server.url, 's3cr3t'), /login refused for user "guest"; check user and password/],
    [
      'vhost',
      () => withUrl((url) => (url.pathname = '/nowhere')),
      /user ".+" has no access to the virtual host "nowhere"; does it exist, and has the user permissions\?/,
    ],
    [
      'port',
      async () => `amqp://guest:s3cr3t@127.0.0.1:${await refusedPort()}`,
      /connection refused; is it running, and is the port right\?/,
    ],
    ['host', () => 'amqp://guest:s3cr3t@no-such-host.invalid', /host name not found|DNS did not answer/],
  ])('says that the %s is wrong', async (_name, url, sentence) => {
    const before = openSockets();
    const { log, text } = recordingLog();
    probe = createProbe(makeTarget('rabbitmq', { url: await url(), queues: ['x'] }), { log });
    // a refused login may take longer than one run
    const result = await runUntil(probe, ({ error }) => sentence.test(error ?? ''));
    expect(result.status).toBe('unhealthy');
    // the address has a field of its own
    expect(result.error).not.toMatch(/127\.0\.0\.1|no-such-host/);
    expect(JSON.stringify(result) + text()).not.toContain('s3cr3t');
    await probe.close();
    await expectSockets(before);
  });

  it.each([
    ['bytes of no protocol', undefined],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')],
    ['another version of AMQP', Buffer.from('AMQP\x00\x01\x00\x00', 'latin1')],
  ])('says that %s is not AMQP', async (_name, garbage) => {
    const listener = await listenGarbage(garbage);
    try {
      const before = openSockets();
      create({ url: `amqp://guest:guest@127.0.0.1:${listener.port}` });
      const result = await runOnce(probe as Probe);
      expect(result).toMatchObject({ status: 'unhealthy', timedOut: false });
      expect(result.error).toMatch(/does not speak AMQP 0-9-1; is the port right\?$/);
      await probe?.close();
      await expectSockets(before);
      expect(listener.open).toBe(0);
    } finally {
      await listener.close();
    }
  });

  it('survives a peer that talks garbage right behind a good handshake', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    // AMQP 0-9-1, sections 1.4 and 2.3: method frames of channel 0 with class, method and arguments
    const frame = (method: number, args: string) => {
      const payload = Buffer.from(`\x00\x0a\x00${String.fromCharCode(method)}${args}`, 'latin1');
      const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length]);
      return Buffer.concat([head, payload, Buffer.from([0xce])]);
    };
    const start = frame(10, '\x00\x09\0\0\0\0\0\0\0\x05PLAIN\0\0\0\x05en_US');
    const tune = frame(30, '\0\0\0\x02\0\0\0\x02');
    const openOk = frame(41, '\0');
    const answers = [start, tune, Buffer.concat([openOk, Buffer.from('garbage, and more of it')])];
    const listener = await listen((socket) => {
      let said = 0;
      socket.on('data', () => answers[said] && socket.write(answers[said++] as Buffer));
    });
    try {
      const result = await runOnce(create({ url: `amqp://guest:guest@127.0.0.1:${listener.port}` }));
      expect(result).toMatchObject({ status: 'unhealthy', timedOut: false });
      expect(result.error).toMatch(/does not speak AMQP 0-9-1; is the port right\?$/);
      await probe?.close();
      await waitFor(() => listener.open === 0, { timeoutMs: 1000, what: 'the end of the connection' });
      // nor does the library's heartbeat come back to it, after two of its intervals
      await waitFor(() => timers() <= before, { timeoutMs: 1000, what: 'the end of its timers' });
    } finally {
      await listener.close();
    }
  });

  it('is unhealthy when what listens says nothing, and leaves it in peace after the close', async () => {
    const silent = await listenSilently();
    try {
      create({ url: `amqp://guest:guest@127.0.0.1:${silent.port}` });
      expect(await runOnce(probe as Probe)).toMatchObject({ status: 'unhealthy', timedOut: true });
      await probe?.close();
      await waitFor(() => silent.open === 0, { timeoutMs: 1000, what: 'the end of the attempt' });
    } finally {
      await silent.close();
    }
  });
});

function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href.replace(/\/$/, '');
}

import { connect as connectAmqp } from 'amqplib';
import { Redis } from 'ioredis';
import { Client as S3Client } from 'minio';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import {
  findProgram,
  freePort,
  MissingProgramError,
  startAlertmanager,
  startCeleryWorker,
  startNode,
  startPostgresql,
  startPrometheus,
  startRabbitmq,
  startRedis,
  startS3,
  waitFor,
  type RunningServer,
} from '../src';
import { processesIn } from './processes';

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The first bytes of a response, without a client library. */
async function answerTo(port: number, request: string): Promise<string> {
  const socket = connectTcp({ port, host: '127.0.0.1' }, () => socket.write(request));
  try {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

const newFolder = (name: string) => mkdtempSync(join(tmpdir(), `onehertz-test-${name}-`));

async function redisSays<T>(url: string, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, {
    lazyConnect: true,
    disconnectTimeout: 50,
    socketTimeout: 500,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

async function postgresqlSays(url: string, query: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 500, query_timeout: 500 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return ((await client.query({ text: query, rowMode: 'array' })).rows as unknown[][])[0]?.[0];
  } finally {
    // end() would wait for a frozen server
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** Checks kill, restart and freeze of a server; `alive` tells whether it responds. */
async function expectObedience(server: RunningServer, alive: () => Promise<unknown>): Promise<void> {
  const pid = server.pid as number;
  await server.kill();
  expect(server.pid).toBeUndefined();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  await expect(alive()).rejects.toThrow();

  await server.restart();
  expect(server.pid).not.toBe(pid);
  expect(await alive()).toBeTruthy();

  server.freeze();
  expect(await connects(server.port)).toBe(true);
  await expect(alive()).rejects.toThrow();
  server.resume();
  await waitFor(alive, { timeoutMs: 5000, what: `${server.name} to answer after it went on` });
}

async function expectGone(server: RunningServer, folder: string): Promise<void> {
  const before = processesIn(folder);
  await server.stop();
  expect(before).not.toEqual([]);
  await server.stop();
  expect(processesIn(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(await connects(server.port)).toBe(false);
}

test('redis is started, killed, restarted with its data, frozen and stopped without a trace', async () => {
  const directory = newFolder('redis');
  const server = await startRedis({ directory, password: 'p@ss/word' });
  try {
    await redisSays(server.url, (client) => client.set('kept', 'yes'));
    await expectObedience(server, () => redisSays(server.url, (client) => client.ping()));
    expect(await redisSays(server.url, (client) => client.get('kept'))).toBe('yes');

    expect(await answerTo(server.port, 'PING\r\n')).toMatch(/^-NOAUTH/);
    expect(server.output()).toMatch(/Ready to accept connections/);
  } finally {
    await expectGone(server, directory);
  }
});

describe('postgresql', () => {
  test('is started, killed, restarted with its data, frozen and stopped without a trace', async () => {
    const directory = newFolder('postgresql');
    const server = await startPostgresql({ directory, password: 'p@ss/word', maxConnections: 17 });
    try {
      await postgresqlSays(server.url, 'CREATE TABLE kept AS SELECT 42 AS n');
      await expectObedience(server, () => postgresqlSays(server.url, 'SELECT 1'));
      expect(await postgresqlSays(server.url, 'SELECT n FROM kept')).toBe(42);
      expect(await postgresqlSays(server.url, 'SHOW max_connections')).toBe('17');

      const wrong = server.url.replace(/:[^:/]*@/, ':wrong@');
      await expect(postgresqlSays(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    } finally {
      await expectGone(server, directory);
    }
  });

  test('leaves no shared memory behind when killed', async () => {
    const directory = newFolder('postgresql');
    const server = await startPostgresql({ directory });
    const segment = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8')
      .split('\n')[6]
      ?.trim()
      .split(/\s+/)[1];
    const segments = () =>
      readFileSync('/proc/sysvipc/shm', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[1]);
    expect(segments()).toContain(segment);
    await server.kill();
    expect(segments()).toContain(segment);
    await server.stop();
    expect(segments()).not.toContain(segment);
  });

  test('with a frozen postmaster serves open connections and accepts no new ones', async () => {
    const server = await startPostgresql();
    const kept = new Client({ connectionString: server.url });
    kept.on('error', () => undefined);
    try {
      await kept.connect();
      server.freezePostmaster();
      expect((await kept.query('SELECT 1')).rowCount).toBe(1);
      await expect(postgresqlSays(server.url, 'SELECT 1')).rejects.toThrow();
      server.resume();
      expect(await postgresqlSays(server.url, 'SELECT 1')).toBe(1);
    } finally {
      await server.stop();
    }
  });
});

test('rabbitmq is started with its management API, killed, restarted, frozen and stopped; celery works over it', async () => {
  const directory = newFolder('rabbitmq');
  const server = await startRabbitmq({ directory, management: true });
  const alive = async () => {
    const connection = await connectAmqp(server.url, { timeout: 1000, noDelay: true });
    connection.on('error', () => undefined);
    await connection.close();
    return true;
  };
  try {
    const { origin } = new URL(server.managementUrl as string);
    expect((await fetch(`${origin}/api/overview`)).status).toBe(401);
    await expectObedience(server, alive);
    await expectCeleryToWork(server.url);
  } finally {
    await expectGone(server, directory);
  }
}, 90_000);

test('celery works over redis', async () => {
  const redis = await startRedis();
  try {
    await expectCeleryToWork(redis.url);
  } finally {
    await redis.stop();
  }
}, 60_000);

/** A worker with beat runs scheduled tasks, also after a kill, and leaves nothing behind. */
async function expectCeleryToWork(brokerUrl: string): Promise<void> {
  const directory = newFolder('celery');
  const worker = await startCeleryWorker({ brokerUrl, name: 'tester', beat: true, directory });
  const done = () => worker.output().match(/demo\.survey\[.*succeeded.*snr_db/g)?.length ?? 0;
  const moreThan = (count: number) =>
    waitFor(() => done() > count, { timeoutMs: 15_000, what: `survey task number ${count + 1}` });
  try {
    await moreThan(0);
    await worker.kill();
    expect(worker.pid).toBeUndefined();
    const before = done();
    await worker.restart();
    await moreThan(before);
  } finally {
    const processes = processesIn(directory);
    await worker.stop();
    // the worker, its process pool and beat
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(processesIn(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  }
}

test('the S3 server keeps objects across a kill and rejects a wrong secret', async () => {
  const directory = newFolder('s3');
  const server = await startS3({ directory });
  const client = (secretKey: string) =>
    new S3Client({
      endPoint: server.host,
      port: server.port,
      useSSL: false,
      accessKey: server.accessKey,
      secretKey,
      region: 'us-east-1',
    });
  const right = client(server.secretKey);
  const alive = async () => {
    const response = await fetch(server.url, { redirect: 'manual', signal: AbortSignal.timeout(500) });
    await response.body?.cancel();
    return true;
  };
  try {
    expect(server.software).toBe(findProgram('silo') ? 'silo' : findProgram('minio') ? 'minio' : 's3rver');
    await right.makeBucket('models');
    await right.putObject('models', 'a/b.json', '{"n":1}');
    await expectObedience(server, alive);
    expect((await right.listBuckets()).map((bucket) => bucket.name)).toEqual(['models']);
    expect((await right.statObject('models', 'a/b.json')).size).toBe(7);
    await expect(client('wrong-secret').listBuckets()).rejects.toThrow(/signature/i);
  } finally {
    await expectGone(server, directory);
  }
});

test('prometheus scrapes, alertmanager accepts its alerts', async () => {
  const folder = newFolder('prometheus');
  const [prometheusFile, alertmanagerFile] = [join(folder, 'prometheus.yml'), join(folder, 'alertmanager.yml')];
  writeFileSync(alertmanagerFile, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const alertmanager = await startAlertmanager({ configFile: alertmanagerFile });
  const port = await freePort();
  writeFileSync(
    prometheusFile,
    JSON.stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'itself', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager.port}`] }] }] },
    })
  );
  const prometheus = await startPrometheus({ configFile: prometheusFile, port });
  const ask = async (url: string) => (await fetch(url)).json() as Promise<{ data: Record<string, unknown[]> }>;
  try {
    await waitFor(async () => (await ask(`${prometheus.url}/api/v1/query?query=up==1`)).data.result?.length, {
      timeoutMs: 10_000,
      what: 'the first scrape',
    });
    await waitFor(async () => (await ask(`${prometheus.url}/api/v1/alertmanagers`)).data.activeAlertmanagers?.length, {
      timeoutMs: 10_000,
      what: 'prometheus to know its alertmanager',
    });
  } finally {
    await Promise.all([prometheus.stop(), alertmanager.stop()]);
    rmSync(folder, { recursive: true });
  }
});

test('child processes end with their parent, even if it is killed', async () => {
  const [redis, postgresql] = [newFolder('redis'), newFolder('postgresql')];
  const script = join(newFolder('crash'), 'starter.js');
  writeFileSync(
    script,
    `const { startRedis, startPostgresql } = require(${JSON.stringify(join(__dirname, '..', 'dist'))});
     const listen = () => require('http').createServer((_, answer) => answer.end('up')).listen(process.env.PORT);
     Promise.all([startRedis({ directory: '${redis}' }), startPostgresql({ directory: '${postgresql}' })]).then(listen);`
  );
  const starter = await startNode({ name: 'starter', script, env: (port) => ({ PORT: `${port}` }) });
  try {
    expect(processesIn(redis)).toHaveLength(1);
    expect(processesIn(postgresql).length).toBeGreaterThan(1);
    process.kill(starter.pid as number, 'SIGKILL');
    await waitFor(() => [...processesIn(redis), ...processesIn(postgresql)].length === 0, {
      timeoutMs: 5000,
      what: 'the servers to die with their starter',
    });
  } finally {
    await starter.stop();
    for (const folder of [redis, postgresql, dirname(script)]) rmSync(folder, { recursive: true, force: true });
  }
});

describe('a server that cannot start', () => {
  test('reports that its port is in use', async () => {
    const first = await startRedis();
    try {
      await expect(startRedis({ port: first.port })).rejects.toThrow(`127.0.0.1:${first.port}: the port is taken`);
    } finally {
      await first.stop();
    }
  });

  test('reports its own output, and leaves nothing behind', async () => {
    const directory = newFolder('redis');
    writeFileSync(join(directory, 'appendonlydir'), 'a file where Redis wants a folder');
    await expect(startRedis({ directory })).rejects.toThrow(
      /redis did not start: it ended by itself \(exit code 1\)[^]*appendonlydir/
    );
    expect(processesIn(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  test('names the Debian package when its program is missing', () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(findProgram('no-such-server')).toBeUndefined();
      const error = new MissingProgramError('alertmanager', 'prometheus-alertmanager');
      expect(error.message).toContain('apt-get install prometheus-alertmanager');
      // Debian's folders are searched even if the PATH lacks them
      expect(findProgram('postgres')).toMatch(/^\/usr\/.*\/postgres$/);
    } finally {
      process.env.PATH = path;
    }
  });
});

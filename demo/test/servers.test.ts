import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectAmqp } from 'amqplib';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgresql, startRabbitmq, startRedis, waitFor, type RunningServer } from '../src';

/** The processes whose command line, environment or working directory names `folder`. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const of = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'latin1');
        return (of('cmdline') + of('environ') + readlinkSync(`/proc/${pid}/cwd`)).includes(folder);
      } catch {
        return false;
      }
    });
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The first bytes that come back, without a client library. */
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
  const client = new Redis(url, { lazyConnect: true, socketTimeout: 500, retryStrategy: () => null });
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
    // end() waits for a frozen server
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** Kill, restart and freeze do the same to every server: `alive` says whether it answers now. */
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

  test('with a frozen postmaster serves who is connected and lets nobody in', async () => {
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

test('rabbitmq is started with its management API, killed, restarted, frozen and stopped without a trace', async () => {
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
  } finally {
    await expectGone(server, directory);
  }
}, 60_000);

describe('a server that cannot start', () => {
  test('says that its port is taken', async () => {
    const first = await startRedis();
    try {
      await expect(startRedis({ port: first.port })).rejects.toThrow(`127.0.0.1:${first.port}: the port is taken`);
    } finally {
      await first.stop();
    }
  });

  test('says why with its own words, and leaves nothing behind', async () => {
    const directory = newFolder('redis');
    writeFileSync(join(directory, 'appendonlydir'), 'a file where Redis wants a folder');
    await expect(startRedis({ directory })).rejects.toThrow(
      /redis did not start: it ended by itself \(exit code 1\)[^]*appendonlydir/
    );
    expect(processesIn(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});

/** The real servers behind the fronts, started once for the whole matrix, and what can be broken in them without stopping them. */
import {
  evaluateErlang,
  FOREIGN_SETUPS,
  startCeleryWorker,
  startForeign,
  startPostgresql,
  startRabbitmq,
  startRedis,
  startRedisWith,
  startS3,
  type ForeignServers,
  type RunningServer,
  type S3Server,
} from '@onehertz/demo';
import Redis from 'ioredis';
import { Client as S3Client } from 'minio';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { startService } from '../probes/http/support';
import { changeOwn, startOwn, type OwnServers, type RowWithServer } from './own-servers';

/** Secrets of the configuration: none may appear in what people read. */
export const PASSWORD = 'hunter2-s3cr3t';
export const CHANGED = 'changed-s3cr3t';
export const SECRETS = [PASSWORD, CHANGED];
/** It exists. */
export const BUCKET = 'recordings';

/** An account for each way in which a server can refuse one; all of them work at first. */
export const ACCOUNTS = ['login', 'rights', 'limit'] as const;
export type Account = (typeof ACCOUNTS)[number];

export interface Servers {
  postgresql: RunningServer;
  redis: RunningServer;
  /** It takes one client, and has it. */
  fullRedis: RunningServer;
  rabbitmq: RunningServer;
  s3: S3Server;
  /** http, websdr and model_info: the pages of fixtures/http-server.js. */
  service: RunningServer;
  /** Those that rows bring, by what they speak. */
  own: OwnServers;
  amqpWorker: RunningServer;
  redisWorker: RunningServer;
  /** Those of the set-ups of others. */
  foreign: ForeignServers;
  /** Ports of HTTP servers that give every request the same answer. */
  saying: Record<Saying, number>;
  /** Makes every server refuse its three accounts, each in its way. @param onDone told of each server that does so now */
  refuseAccounts(onDone: (speaks: string) => void): Promise<void>;
  acceptAccounts(onDone: (speaks: string) => void): Promise<void>;
  /** Kills all that the probes watch at once. */
  kill(): Promise<void>;
  /** Starts them again. */
  restart(): Promise<void>;
  /** Freezes them all at once, except those that thaw slowly. */
  freeze(): void;
  resume(): void;
  stop(): Promise<void>;
}

const s3Error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
const SAYINGS = {
  401: { status: 401, body: '' },
  403: { status: 403, body: '' },
  503: { status: 503, body: '' },
  'S3 AccessDenied': { status: 403, body: s3Error('AccessDenied') },
  'S3 SlowDown': { status: 503, body: s3Error('SlowDown') },
} as const;
export type Saying = keyof typeof SAYINGS;

async function listenSaying({ status, body }: { status: number; body: string }): Promise<HttpServer> {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** @param rows of which some bring a server of their own */
export async function startServers(rows: readonly RowWithServer[]): Promise<Servers> {
  const running: RunningServer[] = [];
  const kept = async <T extends RunningServer>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    running.push(server);
    return server;
  };
  const stopAll = () => Promise.all(running.splice(0).map((server) => server.stop()));
  const withWorker = async <T extends RunningServer>(starting: Promise<T>): Promise<[T, RunningServer]> => {
    const broker = await starting;
    return [broker, await kept(startCeleryWorker({ brokerUrl: broker.url, name: broker.name }))];
  };
  const broker = kept(startRabbitmq());
  const started = await Promise.allSettled([
    kept(startPostgresql({ password: PASSWORD, maxConnections: 200 })),
    withWorker(kept(startRedisWith({ name: 'redis', password: PASSWORD, settings: REDIS_SETTINGS }))),
    kept(startRedis({ password: PASSWORD })),
    withWorker(broker),
    kept(startS3()),
    kept(startService()),
    startOwn(rows, kept),
    startForeign({ password: PASSWORD, rabbitmq: broker, keep: (_name, _title, start) => kept(start()) }),
  ] as const);
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stopAll();
    throw failed.reason as Error;
  }
  const values = started.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  const [postgresql, [redis, redisWorker], fullRedis, [rabbitmq, amqpWorker], s3, service, own, foreign] = values as [
    RunningServer,
    [RunningServer, RunningServer],
    RunningServer,
    [RunningServer, RunningServer],
    S3Server,
    RunningServer,
    OwnServers,
    ForeignServers,
  ];
  const sayings = new Map(
    await Promise.all(
      (Object.keys(SAYINGS) as Saying[]).map(async (key) => [key, await listenSaying(SAYINGS[key])] as const)
    )
  );
  const filler = new Redis(fullRedis.url, { retryStrategy: () => null });
  filler.on('error', () => undefined);
  await filler.config('SET', 'maxclients', '1');
  await Promise.all([changeAccounts({ postgresql, redis, rabbitmq }, CREATE), createBucket(s3)]);
  const { pgbouncer, sentinel, 'celery-yaml': yamlWorker, 'celery-pickle': pickleWorker, ...others } = foreign;
  const brokers = [
    ...new Set([postgresql, redis, rabbitmq, s3, service, ...Object.values(own), ...Object.values(others)]),
  ];
  // they start when what they need is there
  const clients = [amqpWorker, redisWorker, pgbouncer, sentinel, yamlWorker, pickleWorker];
  const all = [...brokers, ...clients];
  const slow = FOREIGN_SETUPS.flatMap(({ at, thawsSlowly }) => (thawsSlowly === undefined ? [] : [foreign[at]]));
  const freezable = all.filter((server) => !slow.includes(server));
  const change = async (how: 'refuse' | 'accept', commands: Commands, onDone: (speaks: string) => void) =>
    void (await Promise.all([
      changeAccounts({ postgresql, redis, rabbitmq }, commands, onDone),
      changeOwn(own, how, onDone),
    ]));

  return {
    postgresql,
    redis,
    fullRedis,
    rabbitmq,
    s3,
    service,
    own,
    amqpWorker,
    redisWorker,
    foreign,
    saying: Object.fromEntries(
      [...sayings].map(([key, server]) => [key, (server.address() as AddressInfo).port])
    ) as Record<Saying, number>,
    refuseAccounts: (onDone) => change('refuse', REFUSE, onDone),
    acceptAccounts: (onDone) => change('accept', ACCEPT, onDone),
    async kill() {
      // first those that would tell of what they lose
      await Promise.all(clients.map((server) => server.kill()));
      await Promise.all(brokers.map((server) => server.kill()));
    },
    async restart() {
      await Promise.all(brokers.map((server) => server.restart()));
      await Promise.all(clients.map((server) => server.restart()));
    },
    freeze: () => freezable.forEach((server) => server.freeze()),
    resume: () => freezable.forEach((server) => server.resume()),
    async stop() {
      filler.disconnect();
      sayings.forEach((server) => server.close());
      await stopAll();
    },
  };
}

type Databases = Pick<Servers, 'postgresql' | 'redis' | 'rabbitmq'>;

interface Commands {
  postgresql: string[];
  redis: string[][];
  /** Erlang that the broker evaluates. */
  rabbitmq: string;
}

const erlang = (calls: string[]) =>
  `${calls.map((call) => `rabbit_auth_backend_internal:${call}`).join(', ')}, ok.`.replaceAll("'", '"');
const bin = (text: string) => `<<'${text}'>>`;
const grant = (user: string) => `set_permissions(${[user, '/', '.*', '.*', '.*', 'test'].map(bin).join(', ')})`;
const setPassword = (call: string, user: string, password: string) =>
  `${call}(${[user, password, 'test'].map(bin).join(', ')})`;
const limitConnections = (count: number) =>
  `set_user_limits(${bin('limit')}, #{${bin('max-connections')} => ${count}}, ${bin('test')})`;

/** Its accounts are there again when it was killed. */
const REDIS_SETTINGS = [
  'save ""',
  'appendonly yes',
  ...ACCOUNTS.map((name) => `user ${name} on >${PASSWORD} ~* &* +@all`),
];

const CREATE: Commands = {
  postgresql: [
    ...ACCOUNTS.map((name) => `CREATE ROLE "${name}" LOGIN PASSWORD '${PASSWORD}'`),
    'CREATE DATABASE guarded',
    'REVOKE CONNECT ON DATABASE guarded FROM PUBLIC',
    'GRANT CONNECT ON DATABASE guarded TO rights',
  ],
  redis: [],
  rabbitmq: erlang(ACCOUNTS.flatMap((name) => [setPassword('add_user', name, PASSWORD), grant(name)])),
};
const REFUSE: Commands = {
  postgresql: [
    `ALTER ROLE login PASSWORD '${CHANGED}'`,
    'REVOKE CONNECT ON DATABASE guarded FROM rights',
    'ALTER ROLE "limit" CONNECTION LIMIT 0',
  ],
  redis: [
    ['ACL', 'SETUSER', 'login', 'resetpass', `>${CHANGED}`],
    ['ACL', 'SETUSER', 'rights', '-ping', '-info', '-publish'],
  ],
  rabbitmq: erlang([
    setPassword('change_password', 'login', CHANGED),
    `clear_permissions(${['rights', '/', 'test'].map(bin).join(', ')})`,
    limitConnections(0),
  ]),
};
const ACCEPT: Commands = {
  postgresql: [
    `ALTER ROLE login PASSWORD '${PASSWORD}'`,
    'GRANT CONNECT ON DATABASE guarded TO rights',
    'ALTER ROLE "limit" CONNECTION LIMIT -1',
  ],
  redis: [
    ['ACL', 'SETUSER', 'login', 'resetpass', `>${PASSWORD}`],
    ['ACL', 'SETUSER', 'rights', '+@all'],
  ],
  rabbitmq: erlang([
    setPassword('change_password', 'login', PASSWORD),
    grant('rights'),
    `clear_user_limits(${['limit', 'all', 'test'].map(bin).join(', ')})`,
  ]),
};

async function createBucket({ port, accessKey, secretKey }: S3Server): Promise<void> {
  const client = new S3Client({ endPoint: '127.0.0.1', port, useSSL: false, accessKey, secretKey });
  await client.makeBucket(BUCKET);
}

async function changeAccounts(
  { postgresql, redis, rabbitmq }: Databases,
  commands: Commands,
  onDone: (speaks: string) => void = () => undefined
): Promise<void> {
  const onPostgresql = async () => {
    const client = new Client({ connectionString: postgresql.url });
    await client.connect();
    for (const statement of commands.postgresql) await client.query(statement);
    await client.end();
  };
  const onRedis = async () => {
    const client = new Redis(redis.url, { retryStrategy: () => null });
    for (const [name = '', ...args] of commands.redis) await client.call(name, ...args);
    client.disconnect();
  };
  await Promise.all([
    onPostgresql().then(() => onDone('postgresql')),
    onRedis().then(() => onDone('redis')),
    evaluateErlang(rabbitmq, commands.rabbitmq).then(() => onDone('amqp')),
  ]);
}

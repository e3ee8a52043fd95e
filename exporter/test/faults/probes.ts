/** The probes of the matrix: how each is configured for a port, plain and over TLS, and which server stands behind it. */
import type { ProbeName } from '../../src/probes';
import type { Behaviour } from './front';
import { BUCKET, PASSWORD, type Account, type Servers } from './servers';

export interface ProbeRow {
  /** As in the table: `celery over AMQP`. */
  title: string;
  /** Part of a component's name. */
  slug: string;
  /** What it speaks: the servers of the others are foreign to it. */
  speaks: 'postgresql' | 'redis' | 'amqp' | 'http' | 's3';
  /** Whether it speaks TLS also where nothing else is to be tested. */
  tls?: boolean;
  keepsConnection: boolean;
  hasAccounts: boolean;
  port(servers: Servers): number;
  /** Fields of the component. `account`: log in as this one, where the server has accounts. */
  plain(port: number, servers: Servers, account?: Account): Fields;
  secure(port: number, servers: Servers): Fields;
  /** Where the server itself cannot be told to refuse an account: what does so in its place, or on the way to it. */
  refusals?: Partial<Record<Account, Behaviour | ((servers: Servers) => number)>>;
}

export type Fields = { probe: ProbeName } & Record<string, unknown>;

const authority = (account: Account | undefined, user: string, password: string = PASSWORD) =>
  `${account ?? user}:${account ? PASSWORD : password}@`;

const KEPT = { keepsConnection: true, hasAccounts: true };

const postgresql: ProbeRow = {
  title: 'postgresql',
  slug: 'postgresql',
  speaks: 'postgresql',
  ...KEPT,
  port: (servers) => servers.postgresql.port,
  plain: (port, _servers, account) => ({
    probe: 'postgresql',
    url: `postgresql://${authority(account, 'onehertz')}127.0.0.1:${port}/${account === 'rights' ? 'guarded' : 'postgres'}`,
  }),
  secure: (port) => ({
    probe: 'postgresql',
    url: `postgresql://${authority(undefined, 'onehertz')}localhost:${port}/postgres?sslmode=verify-full`,
  }),
};

const redis: ProbeRow = {
  title: 'redis',
  slug: 'redis',
  speaks: 'redis',
  ...KEPT,
  port: (servers) => servers.redis.port,
  plain: (port, _servers, account) => ({
    probe: 'redis',
    url: `redis://${authority(account, '')}127.0.0.1:${port}`,
  }),
  secure: (port) => ({ probe: 'redis', url: `rediss://${authority(undefined, '')}localhost:${port}` }),
  refusals: { limit: ({ fullRedis }) => fullRedis.port },
};

const rabbitmq: ProbeRow = {
  title: 'rabbitmq',
  slug: 'rabbitmq',
  speaks: 'amqp',
  ...KEPT,
  port: (servers) => servers.rabbitmq.port,
  plain: (port, _servers, account) => ({
    probe: 'rabbitmq',
    url: `amqp://${authority(account, 'guest', 'guest')}127.0.0.1:${port}`,
  }),
  secure: (port) => ({ probe: 'rabbitmq', url: `amqps://guest:guest@localhost:${port}` }),
};

/** S3 has no session: a wrong secret key is a wrong signature in each request. */
function withWrongSignature(data: Buffer): Buffer {
  const text = data.toString('latin1').replace(/(Signature=)[0-9a-f]{8}/, '$100000000');
  return Buffer.from(text, 'latin1');
}

const s3Fields = (url: string, { s3 }: Servers): Fields => ({
  probe: 'minio',
  url,
  access_key: s3.accessKey,
  secret_key: s3.secretKey,
  buckets: [BUCKET],
});

const minio: ProbeRow = {
  title: 'minio',
  slug: 'minio',
  speaks: 's3',
  ...KEPT,
  port: (servers) => servers.s3.port,
  plain: (port, servers) => s3Fields(`http://127.0.0.1:${port}`, servers),
  secure: (port, servers) => s3Fields(`https://localhost:${port}`, servers),
  refusals: {
    login: { ask: withWrongSignature, breaks: true },
    rights: ({ saying }) => saying['S3 AccessDenied'],
    limit: ({ saying }) => saying['S3 SlowDown'],
  },
};

function celeryOver(title: string, slug: string, broker: ProbeRow): ProbeRow {
  const fields = ({ url }: Fields): Fields => ({ probe: 'celery', url });
  return {
    ...broker,
    title,
    slug,
    plain: (...args) => fields(broker.plain(...args)),
    secure: (...args) => fields(broker.secure(...args)),
  };
}

/** The three probes that ask a web service for a page. */
function overHttp(probe: ProbeName, slug: string, path: string): ProbeRow {
  const at = (origin: string): Fields => ({ probe, url: `${origin}${path}`, interval: '1s', timeout: '800ms' });
  return {
    title: probe,
    slug,
    speaks: 'http',
    ...KEPT,
    port: ({ service }) => service.port,
    plain: (port) => at(`http://127.0.0.1:${port}`),
    secure: (port) => at(`https://localhost:${port}`),
    refusals: {
      login: ({ saying }) => saying[401],
      rights: ({ saying }) => saying[403],
      limit: ({ saying }) => saying[503],
    },
  };
}

/** The end of the page: half an answer does not hold it. */
const tcpFields = (address: string): Fields => ({
  probe: 'tcp',
  address,
  send: 'GET /health HTTP/1.0\r\n\r\n',
  expect: '"redis":{"status":"healthy"}',
});

function tcp(title: string, slug: string, tls: boolean): ProbeRow {
  const secure = (port: number): Fields => ({ ...tcpFields(`localhost:${port}`), tls: true });
  return {
    title,
    slug,
    speaks: 'http',
    tls,
    keepsConnection: false,
    hasAccounts: false,
    port: ({ service }) => service.port,
    plain: tls ? secure : (port) => tcpFields(`127.0.0.1:${port}`),
    secure,
  };
}

export const PROBE_ROWS: readonly ProbeRow[] = [
  postgresql,
  redis,
  rabbitmq,
  minio,
  celeryOver('celery over AMQP', 'celery-amqp', rabbitmq),
  celeryOver('celery over Redis', 'celery-redis', redis),
  overHttp('http', 'http', '/health'),
  overHttp('websdr', 'websdr', '/openwebrx/'),
  overHttp('model_info', 'model-info', '/model/info'),
  tcp('tcp', 'tcp', false),
  tcp('tcp with TLS', 'tcp-tls', true),
];

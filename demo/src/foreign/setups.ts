/** Set-ups that the demo does not have and others do, each with its component: for the matrix of faults and the soak. */

/** Servers that are started for them; `rabbitmq` is the one that is there anyway. */
export type ForeignServer =
  'foreign-postgresql' | 'pgbouncer' | 'foreign-redis' | 'sentinel' | 'rabbitmq' | 'celery-yaml' | 'celery-pickle';

export interface ForeignSetup {
  /** Of the component: `pgbouncer-session`. */
  name: string;
  /** `postgresql behind PgBouncer, session pooling` */
  title: string;
  probe: 'postgresql' | 'redis' | 'rabbitmq' | 'celery';
  /** The server at the component's address. */
  at: ForeignServer;
  /** What else must work, and what people call it. */
  behind?: { server: ForeignServer; called: string };
  /** What the board says of it while nothing is broken. */
  well: 'healthy' | 'warning';
  /** Why its own server is not frozen where that must be over soon. */
  thawsSlowly?: string;
  /** Of the component, for a port of 127.0.0.1. @param password of all accounts */
  fields(port: number, password: string): Record<string, unknown>;
}

/** What the applications of the two workers set. */
export const YAML_DATABASE = 3;
export const PREFIX = 'shop:';
export const EXCHANGES = { control: 'shop', event: 'shopev' };

/** How long a log-in takes that is slow: longer than the timeout of a probe. */
const LOGIN_SECONDS = 2;

const postgresql = (port: number, user: string, password: string, rest: string) => ({
  url: `postgresql://${user}:${password}@127.0.0.1:${port}/${rest}`,
});

const pooled = (mode: string): ForeignSetup => ({
  name: `pgbouncer-${mode}`,
  title: `postgresql behind PgBouncer, ${mode} pooling`,
  probe: 'postgresql',
  at: 'pgbouncer',
  behind: { server: 'foreign-postgresql', called: 'the PostgreSQL' },
  well: 'healthy',
  fields: (port, password) => postgresql(port, 'onehertz', password, `${mode}?sslmode=disable`),
});

export const FOREIGN_SETUPS: readonly ForeignSetup[] = [
  pooled('transaction'),
  pooled('session'),
  {
    name: 'postgresql-connect-only',
    title: 'postgresql, a user with CONNECT only',
    probe: 'postgresql',
    at: 'foreign-postgresql',
    well: 'healthy',
    fields: (port, password) => postgresql(port, 'connect_only', password, 'lean?sslmode=disable'),
  },
  {
    name: 'postgresql-slow-login',
    title: 'postgresql, a log-in of two seconds',
    probe: 'postgresql',
    at: 'foreign-postgresql',
    well: 'healthy',
    fields: (port, password) =>
      postgresql(
        port,
        'onehertz',
        password,
        `postgres?sslmode=disable&options=-c%20post_auth_delay%3D${LOGIN_SECONDS}`
      ),
  },
  {
    name: 'postgresql-slow-details',
    title: 'postgresql, slow details',
    probe: 'postgresql',
    at: 'foreign-postgresql',
    well: 'healthy',
    fields: (port, password) => postgresql(port, 'onehertz', password, 'slow?sslmode=disable'),
  },
  {
    name: 'redis-sentinel',
    title: 'redis, a Sentinel and its master',
    probe: 'redis',
    at: 'sentinel',
    behind: { server: 'foreign-redis', called: 'the master' },
    thawsSlowly: 'a Sentinel that stood still for two seconds trusts its clock again after thirty (TILT)',
    well: 'healthy',
    fields: (port) => ({ url: `redis://127.0.0.1:${port}` }),
  },
  {
    name: 'redis-ping-only',
    title: 'redis, a user with PING only',
    probe: 'redis',
    at: 'foreign-redis',
    well: 'healthy',
    fields: (port, password) => ({ url: `redis://few:${password}@127.0.0.1:${port}` }),
  },
  {
    name: 'rabbitmq-few-rights',
    title: 'rabbitmq, a user without rights',
    probe: 'rabbitmq',
    at: 'rabbitmq',
    well: 'warning',
    fields: (port, password) => ({ url: `amqp://few:${password}@127.0.0.1:${port}` }),
  },
  {
    name: 'celery-yaml',
    title: 'celery over Redis, YAML and a prefix',
    probe: 'celery',
    at: 'foreign-redis',
    behind: { server: 'celery-yaml', called: 'the worker' },
    well: 'healthy',
    fields: (port, password) => ({
      url: `redis://:${password}@127.0.0.1:${port}/${YAML_DATABASE}`,
      global_keyprefix: PREFIX,
    }),
  },
  {
    name: 'celery-pickle',
    title: 'celery over AMQP, pickle and exchanges of its own',
    probe: 'celery',
    at: 'rabbitmq',
    behind: { server: 'celery-pickle', called: 'the worker' },
    well: 'healthy',
    fields: (port) => ({
      url: `amqp://guest:guest@127.0.0.1:${port}`,
      control_exchange: EXCHANGES.control,
      event_exchange: EXCHANGES.event,
    }),
  },
];

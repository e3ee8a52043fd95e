/** Starts the servers of the foreign set-ups, with their users, rights and slownesses. */
import { Client } from 'pg';
import {
  addRabbitmqUser,
  startCeleryWorker,
  startPgbouncer,
  startPostgresql,
  startRedisWith,
  startSentinel,
  type RunningServer,
} from '../servers';
import { EXCHANGES, PREFIX, YAML_DATABASE, type ForeignServer } from './setups';

export interface ForeignOptions {
  /** Of all accounts; letters, digits and hyphens. */
  password: string;
  /** The broker of those set-ups that bring none. */
  rabbitmq: Promise<RunningServer>;
  /** Awaits a server, and sees to it that it is stopped in the end. */
  keep(name: string, title: string, start: () => Promise<RunningServer>): Promise<RunningServer>;
}

export type ForeignServers = Readonly<Record<ForeignServer, RunningServer>>;

/** Side by side. @throws Error when one cannot be started; those that were are kept */
export async function startForeign({ password, rabbitmq, keep }: ForeignOptions): Promise<ForeignServers> {
  const withPooler = async () => {
    const postgresql = await keep('foreign-postgresql', 'PostgreSQL with users that may do little', async () => {
      const server = await startPostgresql({ password });
      await prepare(server, password).catch(async (error: unknown) => {
        await server.stop();
        throw error;
      });
      return server;
    });
    const to = `host=127.0.0.1 port=${postgresql.port} dbname=postgres`;
    const pgbouncer = await keep('pgbouncer', 'PgBouncer before it', () =>
      startPgbouncer({
        databases: { transaction: `${to} pool_mode=transaction`, session: `${to} pool_mode=session` },
        users: { onehertz: password },
        // by default it rejects connections for 15 s after its server was down
        settings: ['server_login_retry = 1'],
      })
    );
    return { 'foreign-postgresql': postgresql, pgbouncer };
  };
  const withSentinel = async () => {
    const durable = ['save ""', 'appendonly yes'];
    const redis = await keep('foreign-redis', 'Redis with a user that may only PING', () =>
      startRedisWith({ name: 'foreign-redis', password, settings: [...durable, `user few on >${password} +ping`] })
    );
    // of priority 0: it is never promoted, so the master stays the same
    const settings = [`replicaof 127.0.0.1 ${redis.port}`, `masterauth ${password}`, 'replica-priority 0'];
    await keep('foreign-replica', 'its replica', () =>
      startRedisWith({ name: 'foreign-replica', password, settings: [...durable, ...settings] })
    );
    const sentinel = await keep('sentinel', 'its Sentinel', () =>
      startSentinel({ master: redis, password, downAfterMs: 600 })
    );
    const worker = await keep('celery-yaml', 'Celery worker: YAML, a prefix', () =>
      startCeleryWorker({
        brokerUrl: `${redis.url}/${YAML_DATABASE}`,
        name: 'yaml',
        conf: `accept_content=['yaml'], task_serializer='yaml', event_serializer='yaml',
          broker_transport_options={'global_keyprefix': '${PREFIX}'}`,
        pool: 'threads',
      })
    );
    return { 'foreign-redis': redis, sentinel, 'celery-yaml': worker };
  };
  const overAmqp = async () => {
    const broker = await rabbitmq;
    await addRabbitmqUser(broker, 'few', password, ['', '', '']);
    const worker = await keep('celery-pickle', 'Celery worker: pickle, exchanges of its own', () =>
      startCeleryWorker({
        brokerUrl: broker.url,
        name: 'pickle',
        conf: `accept_content=['pickle'], task_serializer='pickle', event_serializer='pickle', task_default_queue='shop',
          control_exchange='${EXCHANGES.control}', event_exchange='${EXCHANGES.event}'`,
        pool: 'threads',
      })
    );
    return { rabbitmq: broker, 'celery-pickle': worker };
  };
  const starting = [withPooler(), withSentinel(), overAmqp()] as const;
  // waits for each, so that none starts when the others are being stopped
  await Promise.allSettled(starting);
  const [pooled, watched, brokered] = await Promise.all(starting);
  return { ...pooled, ...watched, ...brokered };
}

/** Databases of which one lets in a single role, and one answers slowly what is not the question whether it works. */
async function prepare(server: RunningServer, password: string): Promise<void> {
  const into = async (database: string, statements: readonly string[]) => {
    const client = new Client({ connectionString: server.url.replace(/\/postgres$/, `/${database}`) });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await into('postgres', [
    `CREATE ROLE connect_only LOGIN PASSWORD '${password}'`,
    'CREATE DATABASE lean',
    'REVOKE ALL ON DATABASE lean FROM PUBLIC',
    'GRANT CONNECT ON DATABASE lean TO connect_only',
    'CREATE DATABASE slow',
  ]);
  // functions of its own in the place of those that are built in
  const slow = (signature: string, other: string, type: string, seconds: number, call: string) => [
    `ALTER FUNCTION pg_catalog.${signature} RENAME TO ${other}`,
    `CREATE FUNCTION pg_catalog.${signature} RETURNS ${type} LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(${seconds}); RETURN ${call}; END $$`,
  ];
  await into('slow', [
    ...slow('pg_database_size(name)', 'size_of_database', 'bigint', 20, 'size_of_database($1)'),
    ...slow('pg_is_in_recovery()', 'is_in_recovery', 'boolean', 2, 'is_in_recovery()'),
  ]);
}

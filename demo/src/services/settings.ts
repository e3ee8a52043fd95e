/** Settings of a service from the environment. A server whose URL is not set is not used. */
import { createDatabase, type Database } from './connections/postgresql';
import { createBroker, type Broker } from './connections/rabbitmq';
import { createCache, type Cache } from './connections/redis';
import { createStorage, type Storage } from './connections/storage';
import { BUCKET } from './model/stored-model';

export interface Settings {
  host: string;
  port: number;
  /** `required` as in {@link Dependency}; each function returns `undefined` if the server is not configured. */
  database(required: boolean): Database | undefined;
  cache(required: boolean): Cache | undefined;
  broker(required: boolean): Broker | undefined;
  storage(required: boolean): Storage | undefined;
  /** Whether there are Celery workers on the broker. */
  celery: boolean;
}

/** @throws Error if PORT is not a port number */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env.PORT ?? 8000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT must be a port, not "${env.PORT}"`);
  const { DATABASE_URL, REDIS_URL, RABBITMQ_URL, MINIO_URL, MINIO_ACCESS_KEY = '', MINIO_SECRET_KEY = '' } = env;
  return {
    host: env.HOST ?? '127.0.0.1',
    port,
    database: (required) => (DATABASE_URL ? createDatabase(DATABASE_URL, required) : undefined),
    cache: (required) => (REDIS_URL ? createCache(REDIS_URL, required) : undefined),
    broker: (required) => (RABBITMQ_URL ? createBroker(RABBITMQ_URL, required) : undefined),
    storage: (required) =>
      MINIO_URL
        ? createStorage({
            url: MINIO_URL,
            accessKey: MINIO_ACCESS_KEY,
            secretKey: MINIO_SECRET_KEY,
            bucket: BUCKET,
            required,
          })
        : undefined,
    celery: env.CELERY !== 'off',
  };
}

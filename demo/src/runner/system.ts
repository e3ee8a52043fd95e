/** Starts the watched system: servers, services, workers, receivers and their listeners. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  startCeleryWorker,
  startNode,
  startPostgresql,
  startRabbitmq,
  startRedis,
  startS3,
  type RunningServer,
  type S3Server,
} from '../servers';
import { RECEIVERS } from '../simulators/receivers';
import type { Starter } from './starter';

/** The running servers; others could not be started. */
export interface SystemServers {
  postgresql?: RunningServer;
  redis?: RunningServer;
  rabbitmq?: RunningServer;
  s3?: S3Server;
  /** The broker of the Celery workers; `undefined` if there is none. */
  brokerUrl?: string;
  workers: RunningServer[];
  services: Partial<Record<'backend' | 'training' | 'inference', RunningServer>>;
  /** By name. */
  receivers: Record<string, RunningServer | undefined>;
}

const DIST = join(__dirname, '..', '..', 'dist');

/** @param folder in which each part gets its own folder */
export async function startSystem({ start }: Starter, folder: string): Promise<SystemServers> {
  const at = (name: string) => ({ directory: join(folder, name) });
  const secret = () => randomBytes(12).toString('hex');
  const [postgresql, redis, rabbitmq, s3, receivers] = await Promise.all([
    start('postgresql', 'PostgreSQL', () => startPostgresql({ ...at('postgresql'), password: secret() })),
    start('redis', 'Redis', () => startRedis({ ...at('redis'), password: secret() })),
    start('rabbitmq', 'RabbitMQ', () => startRabbitmq(at('rabbitmq'))),
    start('minio', s3Title, () => startS3(at('minio'))),
    startReceivers({ start }, folder),
  ]);
  // without RabbitMQ, the workers still receive at least the tasks of beat, from Redis
  const brokerUrl = rabbitmq?.url ?? redis?.url;
  const servers = { postgresql, redis, rabbitmq, s3, brokerUrl, receivers };
  const [services, workers] = await Promise.all([
    startServices({ start }, folder, servers),
    brokerUrl === undefined ? [] : startWorkers({ start }, folder, brokerUrl),
  ]);
  return { ...servers, services, workers };
}

function s3Title({ software }: S3Server): string {
  return software === 's3rver' ? 'S3 storage (s3rver stands in for MinIO)' : `S3 storage (${software})`;
}

async function startReceivers({ start }: Starter, folder: string): Promise<SystemServers['receivers']> {
  const software = { openwebrx: 'OpenWebRX', kiwisdr: 'KiwiSDR', plain: 'plain web page' };
  const entries = await Promise.all(
    RECEIVERS.map(async (receiver) => {
      const { name } = receiver;
      const options = {
        name,
        directory: join(folder, name),
        script: join(DIST, 'simulators', 'main.js'),
        args: [name],
        env: (port: number) => ({ PORT: `${port}` }),
        readyPath: '/',
      };
      const title = `Receiver ${receiver.title} (simulated, ${software[receiver.software]})`;
      return [receiver, await start(name, title, () => startNode(options))] as const;
    })
  );
  const args = entries.flatMap(([receiver, server]) => (server ? [`${receiver.software}=${server.url}`] : []));
  const script = join(DIST, 'simulators', 'listeners.js');
  await start('listeners', 'Listeners of the receivers', () =>
    startNode({ name: 'listeners', directory: join(folder, 'listeners'), script, args, portless: true })
  );
  return Object.fromEntries(entries.map(([{ name }, server]) => [name, server]));
}

async function startServices(
  { start }: Starter,
  folder: string,
  { postgresql, redis, rabbitmq, s3 }: Pick<SystemServers, 'postgresql' | 'redis' | 'rabbitmq' | 's3'>
): Promise<SystemServers['services']> {
  const addresses = {
    DATABASE_URL: postgresql?.url,
    REDIS_URL: redis?.url,
    RABBITMQ_URL: rabbitmq?.url,
    MINIO_URL: s3?.url,
    MINIO_ACCESS_KEY: s3?.accessKey,
    MINIO_SECRET_KEY: s3?.secretKey,
  };
  const startService = (name: string, title: string) =>
    start(name, title, () =>
      startNode({
        name,
        directory: join(folder, name),
        script: join(DIST, 'services', 'main.js'),
        args: [name],
        env: (port) => ({ ...addresses, HOST: '127.0.0.1', PORT: `${port}` }),
        // a model is probed only every 30 s, so the first probe should find it
        readyPath: name === 'inference' && s3 ? '/model/info' : '/health',
      })
    );
  const [backend, training, inference] = await Promise.all([
    startService('backend', 'Service: writes and summarizes observations'),
    startService('training', 'Service: trains a small model'),
    startService('inference', 'Service: predicts with it'),
  ]);
  return { backend, training, inference };
}

async function startWorkers({ start }: Starter, folder: string, brokerUrl: string): Promise<RunningServer[]> {
  const workers = [1, 2].map((number) => {
    const name = `celery-worker-${number}`;
    const beat = number === 1;
    return start(name, beat ? 'Celery worker, with beat' : 'Celery worker', () =>
      startCeleryWorker({ brokerUrl, name, beat, directory: join(folder, name) })
    );
  });
  return (await Promise.all(workers)).filter((worker) => worker !== undefined);
}

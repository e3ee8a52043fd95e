/** The watched servers, and the exporter that watches them. */
import {
  createParts,
  createStarter,
  onehertzConfig,
  startAlerting,
  startNode,
  startPostgresql,
  startRedis,
  startSystem,
  type Parts,
  type RunningServer,
  type SystemServers,
} from '@onehertz/demo';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { soakConfig, watchedOf, type Watched } from './components';
import { startForeignParts, UNWATCHED } from './foreign';

export interface World {
  parts: Parts;
  exporter: RunningServer;
  watched: Watched[];
  /** The servers into which faults may be injected. */
  servers: string[];
  /** Where notifications arrive; only with alerting. */
  alertLog?: RunningServer;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');

export type SystemSize = 'whole' | 'small';

export interface WorldOptions {
  /** Whether Prometheus, Alertmanager and a receiver of the alerts are started too. */
  alerting?: boolean;
  /** Whether the set-ups of others are there too. */
  foreign?: boolean;
}

/** @param size the whole system of the demo, or what starts in two seconds: a database, a cache, a service and a receiver */
export async function startWorld(
  size: SystemSize,
  tell: (line: string) => void,
  { alerting = false, foreign = false }: WorldOptions = {}
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-soak-'));
  // PostgreSQL runs as another user if this is root, and needs access to its own folder
  chmodSync(folder, 0o711);
  const parts = createParts();
  const stop = async () => {
    await parts.stopAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const starter = createStarter(parts, tell);
    const system = await (size === 'whole' ? startSystem(starter, folder) : startSmall(parts));
    const others = foreign ? await startForeignParts(starter, system.rabbitmq) : [];
    const own = soakConfig(onehertzConfig(system));
    const config = { ...own, components: [...own.components, ...others.map(({ component }) => component)] };
    const configFile = join(folder, 'onehertz.yml');
    writeFileSync(configFile, stringify(config), { mode: 0o600 });
    const servers = parts.all().flatMap(({ name }) => (UNWATCHED.includes(name) ? [] : [name]));
    const exporter = await startNode({
      name: 'exporter',
      directory: join(folder, 'exporter'),
      script: join(ROOT, 'exporter', 'dist', 'cli.js'),
      args: (port) => [`--config.file=${configFile}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
      readyPath: '/-/ready',
    });
    parts.add({ name: 'exporter', title: 'Onehertz', address: exporter.url, server: exporter });
    const workers = servers.filter((name) => name.startsWith('celery-worker'));
    const { alertLog } = alerting ? await startAlerting(starter, exporter, folder, tell) : {};
    if (alerting && !alertLog) throw new Error('without Prometheus and Alertmanager nobody is told anything');
    const watched = [...watchedOf(own.components, workers), ...others];
    return { parts, exporter, servers, watched, alertLog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSmall(parts: Parts): Promise<SystemServers> {
  const DIST = join(ROOT, 'demo', 'dist');
  const [postgresql, redis, receiver] = await Promise.all([
    startPostgresql(),
    startRedis(),
    startNode({
      name: 'websdr-1',
      script: join(DIST, 'simulators', 'main.js'),
      args: ['websdr-1'],
      env: (port) => ({ PORT: `${port}` }),
      readyPath: '/',
    }),
  ]);
  const backend = await startNode({
    name: 'backend',
    script: join(DIST, 'services', 'main.js'),
    args: ['backend'],
    env: (port) => ({ HOST: '127.0.0.1', PORT: `${port}`, DATABASE_URL: postgresql.url, REDIS_URL: redis.url }),
    readyPath: '/health',
  });
  for (const server of [postgresql, redis, backend, receiver])
    parts.add({ name: server === receiver ? 'websdr-1' : server.name, title: '', address: '', server });
  return { postgresql, redis, workers: [], services: { backend }, receivers: { 'websdr-1': receiver } };
}

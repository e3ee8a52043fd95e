/** Servers that are made to fail, with the component that watches them and a peer that could. */
import {
  startCeleryWorker,
  startNode,
  startPostgresql,
  startRabbitmq,
  startRedis,
  startS3,
  type RunningServer,
} from '@onehertz/demo';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from './bench';
import { watchPeer, type PeerWatch } from './peer-watch';
import {
  BLACKBOX_GOOD,
  blackboxPath,
  POSTGRES_GOOD,
  REDIS_GOOD,
  redisExporterPath,
  startBlackboxExporter,
  startPostgresExporter,
  startRedisExporter,
} from './peers';

export interface WatchedServer {
  name: string;
  server: RunningServer;
  /** Its entry in `onehertz.yml`. */
  component: Record<string, unknown>;
  /** Whether its probe keeps a connection, so that a failure is detected when it breaks; otherwise at the next tick. */
  kept: boolean;
  /** Signal for a graceful shutdown, which closes its port and connections. */
  quit: NodeJS.Signals;
  /** Starts the peer, scraped once a second; absent if there is none. */
  watch?(): Promise<Peer>;
}

export type Peer = PeerWatch & { name: string };

/** Answers `/health` immediately, so that only the prober is measured. Exits on request. */
const SERVICE = `const server = require('node:http').createServer((q, r) => r.end('{"status":"healthy"}'));
server.listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => server.close());`;

type Start = (context: BenchContext) => Promise<Omit<WatchedServer, 'name' | 'component'> & { settings: object }>;

const START: Readonly<Record<string, Start>> = {
  async redis(context) {
    const server = await context.keep(startRedis());
    const watch = async () =>
      peerOf('redis exporter', await context.keep(startRedisExporter()), redisExporterPath(server.url), REDIS_GOOD);
    return { server, kept: true, quit: 'SIGTERM', settings: { url: server.url }, watch };
  },
  async postgresql(context) {
    const server = await context.keep(startPostgresql());
    const watch = async () =>
      peerOf('postgres exporter', await context.keep(startPostgresExporter(server.url)), '/metrics', POSTGRES_GOOD);
    // with SIGTERM it would wait for its clients
    return { server, kept: true, quit: 'SIGINT', settings: { url: server.url }, watch };
  },
  async rabbitmq(context) {
    const server = await context.keep(startRabbitmq());
    return { server, kept: true, quit: 'SIGTERM', settings: { url: server.url }, watch: blackboxTcp(context, server) };
  },
  async minio(context) {
    const server = await context.keep(startS3());
    const { url, accessKey: access_key, secretKey: secret_key } = server;
    const settings = { url, access_key, secret_key };
    return { server, kept: true, quit: 'SIGTERM', settings, watch: blackboxTcp(context, server) };
  },
  async http(context) {
    const server = await context.keep(startService(context, 'http'));
    const watch = async () =>
      peerOf('blackbox exporter, http', await startBlackbox(context), blackboxPath('http', server.url), BLACKBOX_GOOD);
    return { server, kept: true, quit: 'SIGTERM', settings: { url: server.url }, watch };
  },
  async tcp(context) {
    const server = await context.keep(startService(context, 'tcp'));
    const settings = { address: `127.0.0.1:${server.port}` };
    return { server, kept: false, quit: 'SIGTERM', settings, watch: blackboxTcp(context, server) };
  },
  /** Only the worker fails, not its broker. */
  async celery(context) {
    const { url: brokerUrl } = await context.keep(startRedis());
    const server = await context.keep(startCeleryWorker({ brokerUrl, name: 'worker' }));
    return { server, kept: false, quit: 'SIGTERM', settings: { url: brokerUrl } };
  },
};

/** Those that there are. */
export const WATCHED_SERVERS = Object.keys(START);

/** @throws Error if there is no such server */
export async function startWatchedServer(context: BenchContext, name: string): Promise<WatchedServer> {
  const start = START[name];
  if (!start)
    throw new Error(`there is no server "${name}" in this benchmark; there are ${WATCHED_SERVERS.join(', ')}`);
  const { settings, ...server } = await start(context);
  return { name, ...server, component: { name, probe: name, ...settings } };
}

function startService({ directory }: BenchContext, name: string): Promise<RunningServer> {
  const script = join(directory, 'service.js');
  writeFileSync(script, SERVICE);
  return startNode({ name, script, env: (port) => ({ PORT: String(port) }) });
}

const startBlackbox = (context: BenchContext) => context.keep(startBlackboxExporter(context.directory));

const blackboxTcp =
  (context: BenchContext, { port }: RunningServer) =>
  async () =>
    peerOf(
      'blackbox exporter, tcp',
      await startBlackbox(context),
      blackboxPath('tcp', `127.0.0.1:${port}`),
      BLACKBOX_GOOD
    );

function peerOf(name: string, at: RunningServer, path: string, good: string): Peer {
  return Object.assign(watchPeer(new URL(path, at.url).href, good), { name });
}

/** How long it takes from a fault of a real server to the change on the WebSocket stream: crash, freeze, and return from both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNode, startPostgresql, startRabbitmq, startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import WebSocket from 'ws';
import type { Bench, BenchContext, Goal, Results, Row } from '../harness/bench';
import { startExporter } from '../harness/exporter';
import { listOption, roundsOption } from '../harness/options';
import { watchPeer, type PeerWatch } from '../harness/peer-watch';
import {
  BLACKBOX_GOOD,
  blackboxPath,
  POSTGRES_GOOD,
  REDIS_GOOD,
  redisExporterPath,
  startBlackboxExporter,
  startPostgresExporter,
  startRedisExporter,
} from '../harness/peers';
import { pidOf } from '../harness/pinned';
import { processTree } from '../harness/process-usage';
import { summarize } from '../summary';

export const detection: Bench = {
  name: 'detection',
  description: 'from a fault of a real server to the change on the WebSocket stream',
  options: [
    listOption('--servers <names>', 'which ones', ['redis', 'postgresql', 'rabbitmq', 'http']),
    roundsOption(10),
  ],
  run,
};

const PACKAGES = ['prometheus-blackbox-exporter', 'prometheus-redis-exporter', 'prometheus-postgres-exporter'];

/** Answers `/health` at once; what is measured is the prober. */
const SERVICE = `require('node:http').createServer((q, r) => r.end('{"status":"healthy"}')).listen(process.env.PORT, '127.0.0.1')`;

async function run(context: BenchContext): Promise<Results> {
  const servers: Record<string, RunningServer> = {};
  for (const name of context.list('servers')) servers[name] = await context.keep(start(name, context.directory));
  const components = Object.entries(servers).map(([name, { url }]) => ({ name, probe: name, url, display_name: name }));
  const exporter = await context.keep(startExporter(context, { components }));
  const changes = await listen(exporter);
  const rounds = context.number('rounds');
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const [name, server] of Object.entries(servers)) {
    const peer = await watchWithPeer(context, name, server);
    for (const { fault, measure } of FAULTS) {
      const times: Times[] = [];
      for (let round = 1; round <= rounds; round++) {
        context.progress(`${name}, ${fault}: ${round} of ${rounds}`);
        await Promise.all([steady(), peer.next(true)]);
        times.push(await measure({ name, server, changes, peer }));
      }
      const ours = summarize(times.map((time) => time.ours));
      const theirs = summarize(times.map((time) => time.peer));
      rows.push({
        ...{ component: name, fault, rounds, 'median ms': ours.median, 'p95 ms': ours.p95, 'worst ms': ours.worst },
        ...{
          peer: peer.name,
          'its median ms': theirs.median,
          'its p95 ms': theirs.p95,
          '× its median': ours.median / theirs.median,
        },
      });
      if (fault === 'crash') goals.push({ what: `${name}: crash, median ms`, limit: 20, measured: ours.median });
    }
    peer.stop();
  }
  changes.close();
  const title =
    'From the fault to the message on the stream (interval 1 s, deadline 800 ms), and to the scrape of a peer that says so';
  return { tables: [{ title, rows }], goals, packages: PACKAGES };
}

type Peer = PeerWatch & { name: string };

/** The peer that would watch this server, scraped once a second. */
async function watchWithPeer(context: BenchContext, name: string, { url, port }: RunningServer): Promise<Peer> {
  const watch = (peer: string, at: RunningServer, path: string, good: string): Peer =>
    Object.assign(watchPeer(new URL(path, at.url).href, good), { name: peer });
  if (name === 'redis')
    return watch('redis exporter', await context.keep(startRedisExporter()), redisExporterPath(url), REDIS_GOOD);
  if (name === 'postgresql')
    return watch('postgres exporter', await context.keep(startPostgresExporter(url)), '/metrics', POSTGRES_GOOD);
  const blackbox = await context.keep(startBlackboxExporter(context.directory));
  const path = name === 'http' ? blackboxPath('http', url) : blackboxPath('tcp', `127.0.0.1:${port}`);
  return watch(`blackbox exporter, ${name === 'http' ? 'http' : 'tcp'}`, blackbox, path, BLACKBOX_GOOD);
}

async function start(name: string, directory: string): Promise<RunningServer> {
  if (name === 'redis') return startRedis();
  if (name === 'postgresql') return startPostgresql();
  if (name === 'rabbitmq') return startRabbitmq();
  if (name !== 'http') throw new Error(`there is no server "${name}" in this benchmark`);
  const script = join(directory, 'service.js');
  writeFileSync(script, SERVICE);
  return startNode({ name, script, env: (port) => ({ PORT: String(port) }) });
}

type Changes = Awaited<ReturnType<typeof listen>>;
interface Patient {
  name: string;
  server: RunningServer;
  changes: Changes;
  peer: Peer;
}

/** Milliseconds. */
interface Times {
  ours: number;
  peer: number;
}

interface Fault {
  fault: string;
  measure(patient: Patient): Promise<Times>;
}

const FAULTS: readonly Fault[] = [
  {
    fault: 'crash',
    async measure(patient) {
      const { name, server, changes } = patient;
      // found before: to look through /proc takes longer than the fault
      const tree = processTree(pidOf(server));
      const times = await timed(patient, false, () => tree.forEach(killAtOnce));
      const back = changes.next(name, 'healthy');
      await server.restart();
      await back;
      return times;
    },
  },
  {
    fault: 'freeze',
    async measure(patient) {
      const { name, server, changes } = patient;
      const times = await timed(patient, false, () => server.freeze());
      const back = changes.next(name, 'healthy');
      server.resume();
      await back;
      return times;
    },
  },
  {
    fault: 'return after freeze',
    async measure(patient) {
      const { name, server, changes, peer } = patient;
      const down = Promise.all([changes.next(name, 'unhealthy'), peer.next(false)]);
      server.freeze();
      await down;
      return timed(patient, true, () => server.resume());
    },
  },
];

/** From `cause` until both say that it is up, or down. */
async function timed({ name, changes, peer }: Patient, up: boolean, cause: () => void): Promise<Times> {
  const both = [changes.next(name, up ? 'healthy' : 'unhealthy'), peer.next(up)] as const;
  const begin = performance.now();
  cause();
  const [ours, theirs] = await Promise.all(both);
  return { ours: ours - begin, peer: theirs - begin };
}

function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it died with its parent
  }
}

/** Faults come at any moment of the second, not always right after a tick. */
function steady(): Promise<void> {
  return delay(1500 + Math.random() * 1000);
}

interface Change {
  data: { service: string; status: string };
}

/** Waits for changes on the stream; the time is taken when the message arrives. */
async function listen(exporter: RunningServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${exporter.port}/api/v1/stream?events=service:health`);
  const waiting = new Set<{ name: string; up: boolean; resolve(at: number): void }>();
  socket.on('message', (data: Buffer) => {
    const at = performance.now();
    const { service, status } = (JSON.parse(data.toString()) as Change).data;
    for (const wish of waiting) {
      if (wish.name !== service || wish.up !== (status !== 'unhealthy')) continue;
      waiting.delete(wish);
      wish.resolve(at);
    }
  });
  await waitFor(() => socket.readyState === WebSocket.OPEN, { timeoutMs: 5000, what: 'the stream' });
  return {
    next: (name: string, wanted: 'healthy' | 'unhealthy') =>
      new Promise<number>((resolve) => waiting.add({ name, up: wanted === 'healthy', resolve })),
    close: () => socket.terminate(),
  };
}

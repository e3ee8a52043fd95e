/** How long it takes from a fault of a real server to the change on the WebSocket stream: crash, freeze, and return from both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNode, startPostgresql, startRabbitmq, startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import WebSocket from 'ws';
import type { Bench, BenchContext, Results, Row } from '../harness/bench';
import { startExporter } from '../harness/exporter';
import { listOption, roundsOption } from '../harness/options';
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
  for (const [name, server] of Object.entries(servers)) {
    for (const { fault, measure } of FAULTS) {
      const times: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        context.progress(`${name}, ${fault}: ${round} of ${rounds}`);
        times.push(await measure(name, server, changes));
      }
      const { median, p95, worst } = summarize(times);
      rows.push({ component: name, fault, rounds, 'median ms': median, 'p95 ms': p95, 'worst ms': worst });
    }
  }
  changes.close();
  return { tables: [{ title: 'Interval 1 s, deadline 800 ms', rows }] };
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
interface Fault {
  fault: string;
  /** Milliseconds. */
  measure(name: string, server: RunningServer, changes: Changes): Promise<number>;
}

const FAULTS: readonly Fault[] = [
  {
    fault: 'crash',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      const begin = performance.now();
      await server.kill();
      const at = await seen;
      const back = changes.next(name, 'healthy');
      await server.restart();
      await back;
      return at - begin;
    },
  },
  {
    fault: 'freeze',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      const begin = performance.now();
      server.freeze();
      const at = await seen;
      const back = changes.next(name, 'healthy');
      server.resume();
      await back;
      return at - begin;
    },
  },
  {
    fault: 'return after freeze',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      server.freeze();
      await seen;
      const back = changes.next(name, 'healthy');
      const begin = performance.now();
      server.resume();
      return (await back) - begin;
    },
  },
];

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

/**
 * How long it takes from a fault to the change on the WebSocket stream: crash (SIGKILL), return, freeze (SIGSTOP) and thaw,
 * on real servers. Usage: node bench/dist/detection.js [rounds] [redis,postgresql,rabbitmq,http]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  startNode,
  startPostgresql,
  startRabbitmq,
  startRedis,
  waitFor,
  type RunningServer,
} from '@onehertz/demo';
import Table from 'cli-table3';
import WebSocket from 'ws';
import { summarize } from './summary';

const ROOT = join(__dirname, '..', '..');
const ROUNDS = Number(process.argv[2] ?? 10);
const WANTED = (process.argv[3] ?? 'redis,postgresql,rabbitmq,http').split(',');
const INTERVAL_MS = 1000;
const TIMEOUT_MS = 800;

/** Answers `/health` at once; what is measured is the prober. */
const SERVICE = `require('node:http').createServer((q, r) => r.end('{"status":"healthy"}')).listen(process.env.PORT, '127.0.0.1')`;

interface Change {
  data: { service: string; status: string };
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-bench-'));
  const running: RunningServer[] = [];
  const keep = async <S extends RunningServer>(server: Promise<S>): Promise<S> => {
    running.push(await server);
    return server;
  };
  try {
    const servers: Record<string, RunningServer> = {};
    for (const name of WANTED) servers[name] = await keep(start(name, directory));
    const exporter = await startExporter(directory, servers, keep);
    const changes = await listen(exporter);
    const table = new Table({
      style: { head: [], border: [] },
      head: ['component', 'fault', 'rounds', 'median ms', 'p95 ms', 'worst ms'],
    });
    for (const [name, server] of Object.entries(servers)) {
      for (const fault of FAULTS) {
        const times: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          process.stderr.write(`\r${name}, ${fault.name}: ${round + 1} of ${ROUNDS}     `);
          times.push(...(await fault.measure(name, server, changes)));
        }
        const { median, p95, worst } = summarize(times);
        table.push([name, fault.name, ROUNDS, median.toFixed(1), p95.toFixed(1), worst.toFixed(1)]);
      }
    }
    process.stderr.write('\n');
    process.stdout.write(
      `node ${process.version}, interval ${INTERVAL_MS} ms, timeout ${TIMEOUT_MS} ms\n${table.toString()}\n`
    );
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start(name: string, directory: string): Promise<RunningServer> {
  if (name === 'redis') return startRedis();
  if (name === 'postgresql') return startPostgresql();
  if (name === 'rabbitmq') return startRabbitmq();
  if (name !== 'http') throw new Error(`there is no server "${name}" in this benchmark`);
  const script = join(directory, 'service.js');
  writeFileSync(script, SERVICE);
  const port = await freePort();
  return startNode({ name, script, env: { PORT: String(port) }, port });
}

type Changes = Awaited<ReturnType<typeof listen>>;
interface Fault {
  name: string;
  measure(name: string, server: RunningServer, changes: Changes): Promise<number[]>;
}

const FAULTS: Fault[] = [
  {
    name: 'crash',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      const begin = performance.now();
      await server.kill();
      const at = await seen;
      const back = changes.next(name, 'healthy');
      await server.restart();
      await back;
      return [at - begin];
    },
  },
  {
    name: 'freeze',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      const begin = performance.now();
      server.freeze();
      const at = await seen;
      const back = changes.next(name, 'healthy');
      server.resume();
      await back;
      return [at - begin];
    },
  },
  {
    name: 'return after freeze',
    async measure(name, server, changes) {
      await steady();
      const seen = changes.next(name, 'unhealthy');
      server.freeze();
      await seen;
      const back = changes.next(name, 'healthy');
      const begin = performance.now();
      server.resume();
      return [(await back) - begin];
    },
  },
];

/** Faults come at any moment of the second, not always right after a tick. */
function steady(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1500 + Math.random() * 1000));
}

async function startExporter(
  directory: string,
  servers: Record<string, RunningServer>,
  keep: <S extends RunningServer>(server: Promise<S>) => Promise<S>
): Promise<RunningServer> {
  const config = join(directory, 'onehertz.yml');
  const components = Object.entries(servers).map(([name, { url }]) => ({ name, probe: name, url, display_name: name }));
  // JSON is YAML
  writeFileSync(config, JSON.stringify({ interval: `${INTERVAL_MS}ms`, timeout: `${TIMEOUT_MS}ms`, components }));
  const port = await freePort();
  const args = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`];
  return keep(startNode({ name: 'exporter', script: join(ROOT, 'exporter', 'dist', 'cli.js'), args, port }));
}

/** Waits for changes on the stream; the time is taken when the message arrives. */
async function listen(exporter: RunningServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${exporter.port}/api/v1/stream?events=service:health`);
  const waiting = new Set<{ name: string; up: boolean; resolve(at: number): void }>();
  const status = new Map<string, string>();
  socket.on('message', (data: Buffer) => {
    const at = performance.now();
    const { service, status: now } = (JSON.parse(data.toString()) as Change).data;
    status.set(service, now);
    for (const wish of waiting) {
      if (wish.name !== service || wish.up !== (now !== 'unhealthy')) continue;
      waiting.delete(wish);
      wish.resolve(at);
    }
  });
  await waitFor(() => socket.readyState === WebSocket.OPEN, { timeoutMs: 5000, what: 'the stream' });
  return {
    next: (name: string, wanted: 'healthy' | 'unhealthy') =>
      new Promise<number>((resolve) => waiting.add({ name, up: wanted === 'healthy', resolve })),
  };
}

void main();

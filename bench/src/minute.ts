/**
 * Watches a running exporter for a minute: how often each component was probed, how many snapshots came, how large they are,
 * and the memory of the exporter. Usage: node bench/dist/minute.js [http://127.0.0.1:10111] [seconds]
 */
import Table from 'cli-table3';
import WebSocket from 'ws';
import { summarize } from './summary';

const origin = process.argv[2] ?? 'http://127.0.0.1:10111';
const seconds = Number(process.argv[3] ?? 60);

interface Report {
  components: Record<string, { status: string; interval_seconds: number; probes: Record<string, number> }>;
}

async function report(): Promise<Report['components']> {
  return ((await (await fetch(`${origin}/api/v1/components`)).json()) as Report).components;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

const total = (probes: Record<string, number> = {}) => Object.values(probes).reduce((sum, n) => sum + n, 0);

async function main(): Promise<void> {
  const sizes: number[] = [];
  const gaps: number[] = [];
  let last: number | undefined;
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/api/v1/stream?events=system:comprehensive_health`);
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  const missedBefore = await metric('onehertz_ticks_missed_total');
  const before = await report();
  socket.on('message', (data: Buffer) => {
    const now = performance.now();
    sizes.push(data.length);
    if (last !== undefined) gaps.push(now - last);
    last = now;
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const snapshots = sizes.length;
  socket.terminate();
  const after = await report();
  const table = new Table({
    style: { head: [], border: [] },
    head: ['component', 'status', 'interval s', `probes in ${seconds} s`],
  });
  for (const [name, { status, interval_seconds, probes }] of Object.entries(after))
    table.push([name, status, interval_seconds, total(probes) - total(before[name]?.probes)]);
  const gap = summarize(gaps);
  process.stdout.write(`${table.toString()}
snapshots: ${snapshots}; bytes: median ${summarize(sizes).median}, largest ${summarize(sizes).worst}
ms between snapshots: median ${gap.median.toFixed(1)}, p99 ${gap.p99.toFixed(1)}, worst ${gap.worst.toFixed(1)}
ticks missed: ${(await metric('onehertz_ticks_missed_total')) - missedBefore}
resident memory: ${((await metric('process_resident_memory_bytes')) / 1e6).toFixed(1)} MB
`);
}

void main();

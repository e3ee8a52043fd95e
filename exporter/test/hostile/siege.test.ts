/** All ways of visitors at once and for long, in the memory of a container: who was there before, and asks as ever, notices nothing. */
import { hashSync } from 'bcryptjs';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { startExporter, type ExporterProcess } from '../faults/exporter-process';
import { forMs, look, memoryMb, report } from './harness';
import { limitMemory, MEMORY_LIMIT_MB, type MemoryLimit } from './memory-limit';
import { besiege } from './visitor-ways';

const COMPONENTS = 500;
/** `npm run fuzz` takes ten minutes. */
const SIEGE_MS = Number(process.env.ONEHERTZ_SIEGE_SECONDS ?? 8) * 1000;
/** What is kept for the rest of the time after its first third. */
const MOST_GROWTH_MB = 24;
/** An answer that a scraper with the usual time-out of a second still gets, with as much again for a busy machine. */
const SLOWEST_MS = 2000;
const AUTHORIZATION = `Basic ${Buffer.from('prometheus:a-password-of-ours').toString('base64')}`;

let directory: string;
let exporter: ExporterProcess;
let limit: MemoryLimit;
let server: Server;

async function start(web?: string): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'onehertz-siege-'));
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const components = Array.from({ length: COMPONENTS }, (_, i) => ({
    name: `c${i}`,
    probe: 'tcp',
    address: `127.0.0.1:${port}`,
    interval: '10s',
  }));
  limit = limitMemory();
  const file = join(directory, 'web.yml');
  if (web !== undefined) writeFileSync(file, web);
  exporter = await startExporter({
    ...{ config: { components }, directory, answerMs: 15_000 },
    ...{ wrapper: limit.wrapper, env: limit.env },
    ...(web !== undefined && { flags: [`--web.config.file=${file}`], authorization: AUTHORIZATION }),
  });
}

afterEach(async () => {
  await exporter.stop();
  await limit.remove();
  server.close();
  rmSync(directory, { recursive: true });
});

/** A scraper on its kept connection, once a second until `isOver`. */
async function scrape(isOver: () => boolean): Promise<{ scrapes: number; failed: string[]; slowestMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const seen = { scrapes: 0, failed: [] as string[], slowestMs: 0 };
  const { hostname: host, port } = new URL(exporter.origin);
  const headers = { authorization: AUTHORIZATION, 'accept-encoding': 'gzip' };
  const ask = () =>
    new Promise<string>((resolve) => {
      request({ host, port, path: '/metrics', agent, headers }, (response) => {
        response.resume().once('close', () => resolve(response.complete ? String(response.statusCode) : 'broken off'));
      })
        .once('error', (error) => resolve(error.message))
        .end();
    });
  while (!isOver()) {
    const asked = performance.now();
    const status = await ask();
    const tookMs = performance.now() - asked;
    seen.scrapes += 1;
    seen.slowestMs = Math.max(seen.slowestMs, tookMs);
    if (status !== '200') seen.failed.push(status);
    await delay(Math.max(0, 1000 - tookMs));
  }
  agent.destroy();
  return seen;
}

/** A reader of the stream, from before the siege until `isOver`. */
async function read(isOver: () => boolean): Promise<{ ticks: number; longestGapMs: number; closed: boolean }> {
  const stream = new WebSocket(`${exporter.origin.replace('http', 'ws')}/api/v1/stream?format=delta`, {
    headers: { authorization: AUTHORIZATION },
  });
  const seen = { ticks: 0, longestGapMs: 0, closed: false };
  stream.on('error', () => undefined).on('close', () => (seen.closed = true));
  await once(stream, 'message');
  let last = performance.now();
  const gap = () => (seen.longestGapMs = Math.max(seen.longestGapMs, performance.now() - last));
  stream.on('message', () => {
    gap();
    last = performance.now();
    seen.ticks += 1;
  });
  while (!isOver()) await delay(200);
  gap();
  const { closed } = seen;
  stream.terminate();
  return { ...seen, closed };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

test.each<[string, string | undefined]>([
  ['open to all', undefined],
  ['with passwords', `basic_auth_users:\n  prometheus: ${hashSync('a-password-of-ours', 10)}\n`],
])(
  'an exporter that is %s',
  async (_title, web) => {
    await start(web);
    let isOver = false;
    const kept = Promise.all([scrape(() => isOver), read(() => isOver)]);
    // the kept ones are there before the others
    await look(exporter, forMs(2000));
    const siege = besiege(Number(new URL(exporter.origin).port));
    const found = await look(exporter, forMs(SIEGE_MS)).finally(() => {
      isOver = true;
      siege.end();
    });
    const [scraper, reader] = await kept;
    report(found);
    expect([...siege.opened].filter(([, count]) => count === 0)).toEqual([]);
    expect({ alive: found.alive, killed: limit.killed() }).toEqual({ alive: true, killed: 0 });
    expect(found.missedTicks).toBeLessThanOrEqual(Math.ceil(found.deniedSeconds));
    expect({ failed: scraper.failed, closed: reader.closed }).toEqual({ failed: [], closed: false });
    expect(scraper.slowestMs).toBeLessThan(SLOWEST_MS + 1000 * found.deniedSeconds);
    expect(reader.longestGapMs).toBeLessThan(SLOWEST_MS + 1000 * found.deniedSeconds);
    expect(reader.ticks).toBeGreaterThan(SIEGE_MS / 1000 - 3 - found.deniedSeconds);
    expect(memoryMb(exporter.pid, 'VmHWM')).toBeLessThan(MEMORY_LIMIT_MB);
    const third = Math.floor(found.residentMb.length / 3);
    const growth = median(found.residentMb.slice(-third)) - median(found.residentMb.slice(third, 2 * third));
    expect(growth).toBeLessThan(MOST_GROWTH_MB);
  },
  SIEGE_MS + 60_000
);

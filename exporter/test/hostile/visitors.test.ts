/** Visitors without a log-in who do all they can: what SECURITY.md promises of ticks and memory, on the real process. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startExporter, type ExporterProcess } from '../faults/exporter-process';
import { memoryMb } from './harness';
import { limitMemory, type MemoryLimit } from './memory-limit';

const COMPONENTS = 500;
/** How long each attack lasts; the nightly run takes longer. */
const ATTACK_MS = Number(process.env.ONEHERTZ_ATTACK_SECONDS ?? 4) * 1000;
/** Of 256 MiB, which the container has: some is left for the kernel's part. */
const MOST_MB = 224;

let directory: string;
let exporter: ExporterProcess;
let limit: MemoryLimit;
let server: Server;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'onehertz-visitors-'));
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: watched } = server.address() as { port: number };
  const components = Array.from({ length: COMPONENTS }, (_, i) => ({
    name: `c${i}`,
    probe: 'tcp',
    address: `127.0.0.1:${watched}`,
    interval: '10s',
  }));
  limit = limitMemory();
  const { wrapper, env } = limit;
  exporter = await startExporter({ config: { components }, directory, env, wrapper, answerMs: 15_000 });
  port = Number(new URL(exporter.origin).port);
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(async () => {
  await exporter.stop();
  await limit.remove();
  server.close();
  rmSync(directory, { recursive: true });
});

/** Sends `first`, and then `more` without end as fast as it is taken. */
function attack(first: Buffer, more?: Buffer, localAddress = '127.0.0.1'): void {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  const next = () => void (more && !socket.destroyed && socket.write(more, () => setImmediate(next)));
  socket.write(first, next);
}

const pipelined = (path: string, bytes: number) => {
  const one = `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  return Buffer.from(one.repeat(Math.floor(bytes / one.length)));
};
const UPGRADE = Buffer.from(
  'GET /api/v1/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
);
const frames = (...bytes: number[]) => Buffer.concat(Array<Buffer>(5000).fill(Buffer.from([...bytes, 1, 2, 3, 4])));

/** A scraper as Prometheus is one, on a connection of its own. */
function scrape(): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/metrics', agent: false, headers: { 'accept-encoding': 'gzip' } },
      (response) => response.resume().once('close', resolve)
    );
    asked.once('error', () => resolve()).end();
  });
}

it.each<[what: string, begin: () => void]>([
  [
    '2 connections with 48 kB of requests for /metrics each',
    () => {
      for (let i = 0; i < 2; i++) attack(pipelined('/metrics', 48_000));
    },
  ],
  [
    '10 connections with 62 kB of requests for all components each',
    () => {
      for (let i = 0; i < 10; i++) attack(pipelined('/api/v1/components', 62_000));
    },
  ],
  [
    '40 connections with requests for each page and export without end',
    () => {
      const paths = [
        '/',
        '/board',
        '/api/v1/events',
        '/api/v1/export.csv',
        '/api/v1/components/c1',
        '/nothing',
        '/-/healthy',
        '/assets/board.css',
      ];
      for (let i = 0; i < 40; i++)
        attack(pipelined(paths[i % paths.length] as string, 60_000), pipelined('/metrics', 60_000));
    },
  ],
  [
    '300 scrapers at once',
    () => {
      for (let i = 0; i < 300; i++) void scrape();
    },
  ],
  [
    '100 streams that send pongs without end',
    () => {
      for (let i = 0; i < 100; i++) attack(UPGRADE, frames(0x8a, 0x80));
    },
  ],
  [
    '100 streams that send empty pieces of a message without end',
    () => {
      for (let i = 0; i < 100; i++)
        attack(Buffer.concat([UPGRADE, Buffer.from([0x01, 0x80, 1, 2, 3, 4])]), frames(0x00, 0x80), '127.0.0.2');
    },
  ],
])(
  '%s: no tick is missed, and memory stays',
  async (_what, begin) => {
    const before = await exporter.metrics();
    begin();
    await delay(ATTACK_MS);
    const asked = performance.now();
    const after = await exporter.metrics();
    expect(performance.now() - asked).toBeLessThan(5000);
    const missed = (metrics: typeof after) => metrics.value('onehertz_ticks_missed_total');
    expect(missed(after) - missed(before)).toBe(0);
    expect(after.value('onehertz_ticks_total')).toBeGreaterThan(before.value('onehertz_ticks_total'));
    // the most that it ever took
    expect(memoryMb(exporter.pid, 'VmHWM')).toBeLessThan(MOST_MB);
    expect(limit.killed()).toBe(0);
  },
  ATTACK_MS + 30_000
);

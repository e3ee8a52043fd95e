/**
 * An exporter that cannot keep up reports it everywhere, and reports no component as down because of it. The server is
 * a separate process.
 */
import { waitFor } from '@onehertz/demo';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, type RawData } from 'ws';
import { createExporter, type Exporter } from '../src/exporter';
import { createCompactLines } from '../src/outputs/grafana-live/lines/compact-lines';
import { componentLine } from '../src/outputs/grafana-live/lines/live-lines';
import { makeFolder } from './config/helpers';
import { recordingLog } from './probes/kit/helpers';

const SERVER = `require('node:http').createServer((request, response) => response.end('{"status":"ok"}'))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

let server: ChildProcess;
let exporter: Exporter;
let origin: string;
const folder = makeFolder();

beforeAll(async () => {
  server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${Number(line)}`;
  const components = Array.from({ length: 30 }, (_, i) => ({
    name: `c${i}`,
    ...(i % 2 === 0 ? { probe: 'http', url } : { probe: 'tcp', address: new URL(url).host }),
  }));
  const loaded = await folder.load(JSON.stringify({ timeout: '300ms', components }));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  exporter = createExporter({ config: loaded.config, log: recordingLog().log, version: '1' });
  exporter.server.listen(0, '127.0.0.1');
  exporter.start();
  await once(exporter.server, 'listening');
  origin = `127.0.0.1:${(exporter.server.address() as AddressInfo).port}`;
  await waitFor(() => exporter.board.ready && exporter.board.overall === 'Good', { timeoutMs: 15_000, what: 'Good' });
}, 60_000);
afterAll(async () => {
  await exporter.close();
  server.kill('SIGKILL');
  folder.remove();
});

it('reports how long it could not read, on stream, board, page, Live and metrics, and no component as down', async () => {
  const { board } = exporter;
  const socket = new WebSocket(`ws://${origin}/api/v1/stream`);
  const late: number[] = [];
  socket.on('message', (data: RawData) => {
    const { event, late_ms } = JSON.parse((data as Buffer).toString()) as { event: string; late_ms?: number };
    if (event === 'system:comprehensive_health' && late_ms !== undefined) late.push(late_ms);
  });
  await once(socket, 'open');
  const before = board.events.lastId;

  const seen = { page: '', api: '', live: '', compact: '' };
  board.on('tick', (at) => {
    const state = board.get('c0');
    if (board.lateMs === undefined || !state) return;
    seen.live = componentLine(state, board, at);
    seen.compact = createCompactLines(undefined).tick([state], board, at).join();
  });
  // busy for most of six seconds with breaks: no standstill is longer than a timeout, but together they leave no time
  const until = performance.now() + 6000;
  while (performance.now() < until) {
    const busy = performance.now() + 240;
    while (performance.now() < busy);
    await delay(10);
  }
  const get = async (path: string) => (await fetch(`http://${origin}${path}`)).text();
  [seen.page, seen.api] = await Promise.all([get('/board'), get('/api/v1/components')]);
  const metrics = await (await fetch(`http://${origin}/metrics`)).text();
  socket.terminate();

  const down = board.events.afterId(before).events.filter(({ to }) => to === 'unhealthy');
  expect(down).toEqual([]);
  for (const { last } of board.states()) expect(last?.responseTimeMs ?? 0).toBeLessThanOrEqual(300);
  expect(late.length).toBeGreaterThan(0);
  expect(Math.max(...late)).toBeGreaterThan(250);
  expect(seen.page).toMatch(/The exporter is late: for \d+ ms of the last second it could not read answers/);
  expect(JSON.parse(seen.api)).toMatchObject({ late_ms: expect.any(Number) as number });
  expect(seen.live).toMatch(/exporter_late_ms\\":\d+/);
  expect(seen.compact).toMatch(/late_ms\\":\d+/);
  expect(Number(/^onehertz_standstill_seconds_total (.*)$/m.exec(metrics)?.[1])).toBeGreaterThan(3);
});

it('stops reporting it once it keeps up', async () => {
  await waitFor(() => exporter.board.lateMs === undefined && exporter.board.overall === 'Good', {
    timeoutMs: 20_000,
    what: 'a second without a standstill',
  });
  const api = (await (await fetch(`http://${origin}/api/v1/components`)).json()) as object;
  expect(api).not.toHaveProperty('late_ms');
});

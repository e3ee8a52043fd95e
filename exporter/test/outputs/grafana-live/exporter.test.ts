/** The whole exporter with its real clock, pushing to an endpoint that misbehaves. */
import { waitFor } from '@onehertz/demo';
import type { FrameJson } from '@onehertz/preview/live/frames';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../../src/config/schema';
import { createExporter, type Exporter } from '../../../src/exporter';
import { THRESHOLDS } from '../../board/support';
import { makeTarget, recordingLog } from '../../probes/kit/helpers';
import { settings } from './support/live';
import { startLiveEndpoint, type LiveEndpoint } from './support/live-endpoint';

let grafana: LiveEndpoint;
let service: Server;
let exporter: Exporter;
let config: Config;
let recorded: ReturnType<typeof recordingLog>;
/** Lateness of every tick in milliseconds. */
let lags: number[];

beforeAll(async () => {
  grafana = await startLiveEndpoint();
  service = createServer((_request, response) => response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  config = {
    components: [makeTarget('http', { name: 'backend', url })],
    flapping: THRESHOLDS,
    histogram: true,
    events: 100,
    grafana_live: settings(grafana.url, { token: grafana.accounts.grant('Editor'), timeout: 3000 }),
  };
  recorded = recordingLog();
  exporter = createExporter({ config, log: recorded.log, version: '1.2.3' });
  exporter.server.listen(0, '127.0.0.1');
  await once(exporter.server, 'listening');
  lags = [];
  exporter.board.on('tick', () => lags.push(exporter.self.tickLagMs));
  exporter.start();
});
afterAll(async () => {
  const started = performance.now();
  await exporter.close();
  expect(performance.now() - started).toBeLessThan(1000);
  service.close();
  service.closeAllConnections();
  await grafana.close();
});

const column = (frame: FrameJson | undefined, name: string) =>
  frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)] ?? [];
const times = () => grafana.channel('stream/onehertz/components').map((frame) => Number(column(frame, 'time')[0]));

async function untilPushed(count: number): Promise<void> {
  const before = times().length;
  await waitFor(() => times().length >= before + count, { timeoutMs: 15_000, what: `${count} ticks at Grafana` });
}

async function metrics(accept: string): Promise<string> {
  const { port } = exporter.server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept } });
  return response.text();
}

it('pushes every whole second, soon after it', async () => {
  await untilPushed(3);
  const [first = 0, second, third] = times();
  expect([second, third]).toEqual([first + 1000, first + 2000]);
  expect(first % 1000).toBe(0);
  for (const accept of ['text/plain', 'application/openmetrics-text'])
    expect(await metrics(accept)).toMatch(/^onehertz_live_push_total\{result="success"\} [1-9]/m);
});

it('pushes a crash before the next tick', async () => {
  const pushes = grafana.pushes.length;
  service.close();
  service.closeAllConnections();
  await waitFor(
    () => grafana.channel('stream/onehertz/events').some((frame) => column(frame, 'to')[0] === 'unhealthy'),
    {
      timeoutMs: 5000,
      what: 'the event',
    }
  );
  const frame = grafana.pushes.slice(pushes).find(({ frames }) => frames.has('stream/onehertz/events'));
  expect(column(frame?.frames.get('stream/onehertz/events'), 'component')).toEqual(['backend']);
});

it('keeps its ticks while Grafana takes two seconds per push, and sends the newest tick right after', async () => {
  const ticks = exporter.self.ticks;
  grafana.faults.delayMs = 2000;
  await untilPushed(2);
  grafana.faults = {};
  await untilPushed(3);
  const [a = 0, b = 0] = times().slice(-2);
  expect(b - a).toBe(1000);
  expect(Date.now() - b).toBeLessThan(1000);
  expect(exporter.self.ticks - ticks).toBeGreaterThanOrEqual(4);
  expect(exporter.self.ticksMissed).toBe(0);
  expect(Math.max(...lags)).toBeLessThan(500);
});

it('stops and starts with the configuration', async () => {
  await exporter.configure({ ...config, grafana_live: undefined });
  const pushes = grafana.pushes.length;
  const ticks = exporter.self.ticks;
  await waitFor(() => exporter.self.ticks >= ticks + 2, { timeoutMs: 5000, what: 'two ticks' });
  expect(grafana.pushes).toHaveLength(pushes);
  await exporter.configure(config);
  await untilPushed(1);
  expect(recorded.text()).not.toContain(config.grafana_live?.token);
});

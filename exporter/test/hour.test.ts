/**
 * An hour in a quarter of a minute: real probes of a real server that follows a seeded script, the real scheduler, board and
 * outputs, and a clock that goes as fast as they can. Whatever happens must be told by the stream, the ring of events and the
 * counters alike, at its tick and in the same order; nothing else may.
 * `npm test` takes five minutes of the hour; ONEHERTZ_HOUR_TICKS=3600 all of it, ONEHERTZ_FUZZ_SEED the same hour again.
 */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import WebSocket from 'ws';
import { Board } from '../src/board/board';
import type { Target } from '../src/config/components';
import { createStreamAdmission } from '../src/http/stream-admission';
import { createEventStream, type EventStream } from '../src/outputs/event-stream';
import { createMetrics } from '../src/outputs/metrics';
import { createSelfStatistics } from '../src/outputs/self';
import { createProbe } from '../src/probes';
import { createScheduler, type Scheduler } from '../src/schedule/scheduler';
import type { Tick } from '../src/schedule/ticker';
import { THRESHOLDS } from './board/support';
import { makeTarget, silentContext } from './probes/helpers';

const TICKS = Number(process.env.ONEHERTZ_HOUR_TICKS ?? 300);
const SEED = Number(process.env.ONEHERTZ_FUZZ_SEED ?? Date.now() % 1_000_000);
const BEGIN = Date.UTC(2026, 2, 1, 12);

/** What the server answers for one component during one tick. */
type Mode = 'healthy' | 'degraded' | 'unhealthy' | 'garbage' | 'mute';
const STATUS_OF: Record<Mode, string> = {
  healthy: 'healthy',
  degraded: 'degraded',
  unhealthy: 'unhealthy',
  // it answers, but nobody can tell what
  garbage: 'warning',
  mute: 'unhealthy',
};

/** The settings of the components differ in what decides when a result counts. */
const SETTINGS: Record<string, unknown>[] = [
  {},
  {},
  { interval: '5s' },
  { failure_threshold: 3 },
  { success_threshold: 2 },
  { failure_threshold: 2, success_threshold: 4 },
  { maintenance: [{ cron: '*/7 * * * *', duration: '90s', timezone: 'UTC' }] },
  { interval: '3s', failure_threshold: 2 },
];

/** Runs of a mode, most of them short. A mute server costs a deadline, hence seldom. */
const run = fc.record({
  mode: fc.noBias(
    fc.oneof(
      { weight: 100, arbitrary: fc.constant<Mode>('healthy') },
      { weight: 40, arbitrary: fc.constantFrom<Mode>('degraded', 'unhealthy', 'garbage') },
      { weight: 1, arbitrary: fc.constant<Mode>('mute') }
    )
  ),
  length: fc.noBias(fc.integer({ min: 1, max: 8 })),
});

function scriptOf(component: number): Mode[] {
  const count = Math.ceil(TICKS / 2);
  const [runs = []] = fc.sample(fc.array(run, { minLength: count, maxLength: count }), {
    seed: SEED + component,
    numRuns: 1,
  });
  return runs.flatMap(({ mode, length }) => Array<Mode>(mode === 'mute' ? 1 : length).fill(mode));
}

/** What must come of it, thought out anew: thresholds, then maintenance. */
function createOracle({ interval, failure_threshold, success_threshold, maintenance }: Target) {
  let base = 'unknown';
  let shown = 'unknown';
  // the hour begins within a window
  let inMaintenance = maintenance.length > 0;
  let failures = 0;
  let successes = 0;
  const changed = (): string[] => {
    const now = inMaintenance ? 'unknown' : base;
    if (now === shown) return [];
    shown = now;
    return [now];
  };
  return (tick: number, mode: Mode): string[] => {
    const changes: string[] = [];
    if ((tick * 1000) % interval === 0) {
      const result = STATUS_OF[mode];
      if (result === 'unhealthy') {
        successes = 0;
        if (++failures >= failure_threshold) base = 'unhealthy';
      } else {
        failures = 0;
        if (++successes >= success_threshold || base !== 'unhealthy') base = result;
      }
      changes.push(...changed());
    }
    inMaintenance = maintenance.length > 0 && tick % 420 < 90;
    return [...changes, ...changed()];
  };
}

let server: Server;
let outputs: Server;
let stream: EventStream;
let scheduler: Scheduler;
let reader: WebSocket;
const silent = new Set<ServerResponse>();
const modes: Mode[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const mode = modes[Number(request.url?.slice(1))];
    if (mode === 'mute') return void silent.add(response.on('close', () => silent.delete(response)));
    response.writeHead(mode === 'unhealthy' ? 503 : 200, { 'content-type': 'application/json' });
    response.end(mode === 'garbage' ? '{"status":"down","status":' : JSON.stringify({ status: mode }));
  });
  outputs = createServer();
  await Promise.all([server, outputs].map((one) => once(one.listen(0, '127.0.0.1'), 'listening')));
});
afterAll(async () => {
  reader.terminate();
  await Promise.all([scheduler.close(), stream.close()]);
  for (const one of [server, outputs]) {
    one.closeAllConnections();
    one.close();
  }
});

test('every transition is told three times, in the same order, and none is invented', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const { port } = server.address() as AddressInfo;
  const targets = SETTINGS.map((settings, i) =>
    makeTarget('http', { name: `c${i}`, url: `http://127.0.0.1:${port}/${i}`, timeout: '900ms', ...settings })
  );
  let wall = BEGIN;
  let monotonic = 0;
  const board = new Board(100, () => ({ wall, monotonic }));
  const self = createSelfStatistics();
  const metrics = createMetrics({ board, self, version: '1' });
  const config = { components: targets, flapping: THRESHOLDS, histogram: false };
  board.configure(config);
  metrics.configure(config);
  const admit = createStreamAdmission({
    corsOrigins: [],
    check: () => Promise.resolve(undefined),
    self,
    maxClients: 4,
  });
  stream = createEventStream({ server: outputs, board, self, admit });

  let fire: (tick: Tick) => void = () => undefined;
  let ended: () => void = () => undefined;
  scheduler = createScheduler({
    createProbe: (target) => createProbe(target, silentContext()),
    onResult: (name, result) => board.apply(name, result),
    onRound: ({ at }) => {
      board.publish(at);
      ended();
    },
    createTicker: (onTick) => {
      fire = onTick;
      return { start: () => undefined, stop: () => undefined };
    },
  });
  await scheduler.update(targets);

  const { heard, snapshotOf } = await listen(`ws://127.0.0.1:${(outputs.address() as AddressInfo).port}/api/v1/stream`);
  const scripts = targets.map((_, i) => scriptOf(i));
  const oracles = targets.map(createOracle);
  const expectedCounts = new Map(targets.map(({ name }) => [name, 0]));
  let transitions = 0;
  let lastId = 0;
  const heap: number[] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    wall = BEGIN + tick * 1000;
    monotonic = tick * 1000;
    scripts.forEach((script, i) => (modes[i] = script[tick] as Mode));
    const round = new Promise<void>((resolve) => (ended = resolve));
    fire({ at: wall, lagMs: 0, missed: 0 });
    await round;
    await snapshotOf(wall);

    const told = board.events.afterId(lastId);
    lastId = told.at(-1)?.id ?? lastId;
    transitions += told.length;
    expect(told.map(({ id }) => id)).toEqual(told.map((_, i) => transitions - told.length + i + 1));
    expect(heard.splice(0)).toEqual(
      told.map(({ component, to, at }) => ({ component, to, since: new Date(at).toISOString() }))
    );
    targets.forEach(({ name }, i) => {
      const wanted = oracles[i]!(tick, modes[i]!);
      expect({ tick, name, told: told.filter(({ component }) => component === name).map(({ to }) => to) }).toEqual({
        tick,
        name,
        told: wanted,
      });
      expectedCounts.set(name, expectedCounts.get(name)! + wanted.length);
    });
    if (tick % 100 === 99) {
      const exposition = await text(metrics.expose('prometheus').body);
      const counters = exposition.matchAll(/^component_status_changes_total\{component="(\w+)".*\} (\d+)$/gm);
      expect(new Map([...counters].map(([, name, value]) => [name, Number(value)]))).toEqual(expectedCounts);
      collect();
      heap.push(process.memoryUsage().heapUsed);
    }
  }
  expect(transitions).toBeGreaterThan(TICKS / 2);
  expect(self.streamSkipped).toBe(0);
  expect(silent.size).toBe(0);
  const [middle, last] = [heap[Math.floor(heap.length / 2)]!, heap.at(-1)!];
  expect(last - middle).toBeLessThan(2_000_000);
  process.stdout.write(
    `${TICKS} ticks from the seed ${SEED}: ${transitions} transitions, each told three times; heap ${(middle / 1e6).toFixed(1)} → ${(last / 1e6).toFixed(1)} MB\n`
  );
}, 300_000);

/** Reads the stream: transitions, and the moments of the snapshots. */
async function listen(url: string) {
  const heard: { component: string; to: string; since: string }[] = [];
  const known = new Map<string, string>();
  let newest = 0;
  let wake = () => {};
  reader = new WebSocket(url);
  const hear = (name: string, { status, since }: { status: string; since: string }) => {
    if (known.has(name) && known.get(name) !== status + since) heard.push({ component: name, to: status, since });
    known.set(name, status + since);
  };
  reader.on('message', (bytes: Buffer) => {
    const { event, timestamp, data } = JSON.parse(bytes.toString()) as {
      event: string;
      timestamp: string;
      data: { service?: string; components?: Record<string, never>; status: string; since: string };
    };
    if (data.service !== undefined) hear(data.service, data);
    for (const [name, component] of Object.entries(data.components ?? {})) hear(name, component);
    if (event === 'system:comprehensive_health') newest = Date.parse(timestamp);
    wake();
  });
  await new Promise<void>((resolve) => (wake = resolve));
  newest = 0;
  return {
    heard,
    async snapshotOf(at: number) {
      while (newest < at) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

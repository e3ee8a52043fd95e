/**
 * An hour in fifteen seconds: real probes of a real server that follows a seeded script, the real scheduler, board and
 * outputs, and an accelerated clock. Every transition must be reported by stream, event ring and counters, at its tick
 * and in the same order, and no others.
 * `npm test` runs five minutes of the hour; ONEHERTZ_HOUR_TICKS=3600 all of it, ONEHERTZ_FUZZ_SEED repeats a run.
 */
import { waitFor } from '@onehertz/demo';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import WebSocket from 'ws';
import { Board } from '../src/board/board';
import { createStreamAdmission } from '../src/http/access/stream-admission';
import { createMetrics } from '../src/outputs/metrics/metrics';
import { createSelfStatistics } from '../src/outputs/metrics/self';
import { createEventStream, type EventStream } from '../src/outputs/stream/event-stream';
import { type Target, createProbe } from '../src/probes';
import { createScheduler, type Scheduler } from '../src/schedule/scheduler';
import type { Tick } from '../src/schedule/ticker';
import { applyTo, THRESHOLDS } from './board/support';
import { makeTarget, silentContext } from './probes/kit/helpers';

const TICKS = Number(process.env.ONEHERTZ_HOUR_TICKS ?? 300);
const SEED = Number(process.env.ONEHERTZ_FUZZ_SEED ?? Date.now() % 1_000_000);
const BEGIN = Date.UTC(2026, 2, 1, 12);

const PATIENCE = { timeoutMs: 20_000, everyMs: 1 };

/** The server's response for one component during one tick. */
type Mode = 'healthy' | 'degraded' | 'unhealthy' | 'garbage' | 'mute';
const STATUS_OF: Record<Mode, string> = {
  healthy: 'healthy',
  degraded: 'degraded',
  unhealthy: 'unhealthy',
  // it responds, but not with a health document
  garbage: 'warning',
  mute: 'unhealthy',
};

/** Different thresholds, intervals and maintenance windows. */
const SETTINGS: Record<string, unknown>[] = [
  {},
  {},
  { interval: '5s' },
  { failure_threshold: 3 },
  { success_threshold: 2 },
  { failure_threshold: 2, success_threshold: 4 },
  { maintenance: [{ cron: '*/7 * * * *', duration: '90s', timezone: 'UTC' }] },
  { interval: '3s', failure_threshold: 2 },
  { degraded_threshold: 4, success_threshold: 2 },
];

/** Runs of a mode, most of them short. A mute server costs a timeout, so it is rare. */
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

/** What must come of the results, thought out anew: thresholds, then maintenance. Each gives the status that must be told, if any. */
function createOracle({ failure_threshold, success_threshold, degraded_threshold, maintenance }: Target) {
  let base = 'unknown';
  let shown = 'unknown';
  // the hour begins within a window
  let inMaintenance = maintenance.length > 0;
  let failures = 0;
  let successes = 0;
  let impaired = 0;
  const changed = (): string | undefined => {
    const now = inMaintenance ? 'unknown' : base;
    if (now === shown) return undefined;
    shown = now;
    return now;
  };
  return {
    result(status: string): string | undefined {
      if (status === 'unhealthy') {
        successes = impaired = 0;
        if (++failures >= failure_threshold) base = 'unhealthy';
      } else {
        failures = 0;
        successes++;
        impaired = status === 'degraded' ? impaired + 1 : 0;
        if (base === 'unhealthy' ? successes >= success_threshold : impaired === 0 || impaired >= degraded_threshold)
          base = status;
      }
      return changed();
    },
    round(tick: number): string | undefined {
      inMaintenance = maintenance.length > 0 && tick % 420 < 90;
      return changed();
    },
  };
}

let server: Server;
let outputs: Server;
let stream: EventStream;
let admission: ReturnType<typeof createStreamAdmission>;
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
  admission.close();
  await Promise.all([scheduler.close(), stream.close()]);
  for (const one of [server, outputs]) {
    one.closeAllConnections();
    one.close();
  }
});

test('every transition is reported by all three, in the same order, and no others', async () => {
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
  applyTo(config, board, metrics);
  admission = createStreamAdmission({
    corsOrigins: [],
    check: () => Promise.resolve(undefined),
    self,
    maxClients: 4,
  });
  stream = createEventStream({ server: outputs, board, self, admit: admission.admit });

  const oracles = new Map(targets.map((target) => [target.name, createOracle(target)]));
  let tick = 0;
  /** The transitions expected at this tick, in order. */
  let expected: { component: string; to: string; since: string }[] = [];
  const expectChange = (component: string, to: string | undefined) =>
    void (to !== undefined && expected.push({ component, to, since: new Date(wall).toISOString() }));
  let due = new Set<string>();
  let late = 0;
  const surprises: string[] = [];

  let fire: (tick: Tick) => void = () => undefined;
  let published = false;
  scheduler = createScheduler({
    createProbe: (target) => createProbe(target, silentContext()),
    onResult: (name, result) => {
      const mode = modes[Number(name.slice(1))] as Mode;
      // on a busy machine a response may be late, which is a result too; otherwise only mute servers time out
      if (mode !== 'mute' && result.outcome === 'timeout') late++;
      else if (result.status !== STATUS_OF[mode]) surprises.push(`tick ${tick}, ${name}, ${mode}: ${result.status}`);
      expectChange(name, oracles.get(name)?.result(result.status));
      board.apply(name, result);
      due.delete(name);
    },
    onRound: ({ at }) => {
      for (const [name, oracle] of oracles) expectChange(name, oracle.round(tick));
      board.publish(at);
      published = true;
    },
    createTicker: (onTick) => {
      fire = onTick;
      return { start: () => undefined, stop: () => undefined };
    },
  });
  await scheduler.prepare(targets).apply();

  const heard = await listen(`ws://127.0.0.1:${(outputs.address() as AddressInfo).port}/api/v1/stream`);
  const scripts = targets.map((_, i) => scriptOf(i));
  const expectedCounts = new Map(targets.map(({ name }) => [name, 0]));
  let transitions = 0;
  let lastId = 0;
  const heap: number[] = [];
  for (tick = 0; tick < TICKS; tick++) {
    wall = BEGIN + tick * 1000;
    monotonic = tick * 1000;
    scripts.forEach((script, i) => (modes[i] = script[tick] as Mode));
    due = new Set(targets.flatMap(({ name, interval }) => ((tick * 1000) % interval === 0 ? [name] : [])));
    expected = [];
    published = false;
    fire({ at: wall, lagMs: 0, missed: 0 });
    await waitFor(() => published && due.size === 0, { ...PATIENCE, what: 'the round and its results' });

    expect(surprises).toEqual([]);
    const { events: told } = board.events.afterId(lastId);
    lastId = told.at(-1)?.id ?? lastId;
    transitions += told.length;
    expect(told.map(({ id }) => id)).toEqual(told.map((_, i) => transitions - told.length + i + 1));
    expect({
      tick,
      told: told.map(({ component, to, at }) => ({ component, to, since: new Date(at).toISOString() })),
    }).toEqual({
      tick,
      told: expected,
    });
    await waitFor(() => heard.transitions.length >= told.length && heard.snapshotAt >= wall, {
      ...PATIENCE,
      what: 'the stream to tell of the tick',
    });
    expect(heard.transitions.splice(0)).toEqual(expected);
    for (const { component } of expected) expectedCounts.set(component, expectedCounts.get(component)! + 1);
    if (tick % 100 === 99) {
      const exposition = await text(metrics.expose('prometheus').body);
      const counters = exposition.matchAll(/^component_status_changes_total\{component="(\w+)".*\} (\d+)$/gm);
      expect(new Map([...counters].map(([, name, value]) => [name, Number(value)]))).toEqual(expectedCounts);
      collect();
      heap.push(process.memoryUsage().heapUsed);
    }
  }
  expect(transitions).toBeGreaterThan(TICKS / 4);
  expect(self.streamSkipped).toBe(0);
  expect(silent.size).toBe(0);
  const [middle, last] = [heap[Math.floor(heap.length / 2)]!, heap.at(-1)!];
  expect(last - middle).toBeLessThan(2_000_000);
  process.stdout.write(
    `${TICKS} ticks from the seed ${SEED}: ${transitions} transitions, each told three times, ${late} answers too late; heap ${(middle / 1e6).toFixed(1)} → ${(last / 1e6).toFixed(1)} MB\n`
  );
}, 300_000);

/** Records the transitions of the stream, and the time of its newest snapshot. Resolves with the first one. */
async function listen(url: string) {
  const heard = { transitions: [] as { component: string; to: string; since: string }[], snapshotAt: 0 };
  const known = new Map<string, string>();
  const hear = (component: string, { status, since }: { status: string; since: string }) => {
    if (known.has(component) && known.get(component) !== status + since)
      heard.transitions.push({ component, to: status, since });
    known.set(component, status + since);
  };
  reader = new WebSocket(url);
  reader.on('message', (bytes: Buffer) => {
    const { event, timestamp, data } = JSON.parse(bytes.toString()) as {
      event: string;
      timestamp: string;
      data: { service?: string; components?: Record<string, never>; status: string; since: string };
    };
    if (data.service !== undefined) hear(data.service, data);
    for (const [name, component] of Object.entries(data.components ?? {})) hear(name, component);
    if (event === 'system:comprehensive_health') heard.snapshotAt = Date.parse(timestamp);
  });
  await once(reader, 'message');
  // by the real clock
  heard.snapshotAt = 0;
  return heard;
}

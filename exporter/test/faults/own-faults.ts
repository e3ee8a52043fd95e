/** What happens to the exporter itself: it stands still, its clock jumps, it runs out of descriptors. All at once, a process each. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@onehertz/demo';
import type { Fields } from './probes';
import { PROBE_ROWS } from './probes';
import {
  startExporter,
  type ExporterProcess,
  type Metrics,
  type StartOptions,
  type TransitionView,
} from './exporter-process';
import { allAre, countProbes } from './looks';
import { checkReport, type ReportRow } from './report';
import type { Stage } from './stage';
import { canIsolate, NAMES_GROUP, runNameFaults, type NameOutcome } from './name-faults';

export interface Watched {
  exporter: ExporterProcess;
  components: (Fields & { name: string })[];
}

/** An exporter that watches every server directly, all of them healthy. @param name of its folder */
export async function watchAll(
  { servers, directory }: Stage,
  name: string,
  { extra = [], ...options }: Partial<StartOptions> & { extra?: Watched['components'] } = {}
): Promise<Watched> {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  const rows = PROBE_ROWS.filter(({ tls }) => !tls);
  const components = [...rows.map((row) => ({ name: row.slug, ...row.plain(row.port(servers), servers) })), ...extra];
  const exporter = await startExporter({ config: { components }, directory: folder, ...options });
  try {
    await allAre(exporter, () => 'healthy', components);
  } catch (error) {
    exporter.kill();
    throw error;
  }
  return { exporter, components };
}

interface Span {
  start: Metrics;
  end: Metrics;
  /** What changed on the board in this time. */
  transitions: TransitionView[];
}

async function during(exporter: ExporterProcess, act: () => Promise<void>): Promise<Span> {
  const known = (await exporter.events()).length;
  const start = await exporter.metrics();
  await act();
  return { start, end: await exporter.metrics(), transitions: (await exporter.events()).slice(known) };
}

const grown = ({ start, end }: Span, name: string) => end.value(name) - start.value(name);

const STOPPED_MS = 5000;

/** A service that takes its time: its probe is under way whenever the exporter is stopped. */
async function createSlowService(): Promise<Server> {
  const server = createServer((_request, response) => void setTimeout(() => response.end('OK'), 250));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function stopAndContinue(stage: Stage) {
  const service = await createSlowService();
  const { port } = service.address() as AddressInfo;
  const slow = { name: 'slow', probe: 'http' as const, url: `http://127.0.0.1:${port}/health` };
  const { exporter, components } = await watchAll(stage, 'stopped', { extra: [slow] });
  try {
    const span = await during(exporter, async () => {
      await delay(1000 - (Date.now() % 1000) + 100);
      exporter.child.kill('SIGSTOP');
      await delay(STOPPED_MS);
      exporter.child.kill('SIGCONT');
      await delay(3000);
    });
    return { span, components, missed: grown(span, 'onehertz_ticks_missed_total') };
  } finally {
    exporter.kill();
    service.closeAllConnections();
    service.close();
  }
}

/** Of Debian's package `faketime`; the folder is named after the architecture. */
function findFaketime(): string {
  const paths = readdirSync('/usr/lib').map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`);
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install faketime');
  return found;
}

async function setClock(stage: Stage) {
  const file = join(stage.directory, 'clock.txt');
  const set = (offset: string) => writeFileSync(file, `${offset}\n`);
  set('+0');
  // a clock that is set moves the wall clock only
  const env = {
    LD_PRELOAD: findFaketime(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const { exporter } = await watchAll(stage, 'clock', { env });
  const jump = async (offset: string) => {
    const span = await during(exporter, async () => {
      set(offset);
      await delay(4000);
    });
    const ticks = grown(span, 'onehertz_ticks_total');
    return { ticks, missed: grown(span, 'onehertz_ticks_missed_total'), transitions: span.transitions };
  };
  try {
    return { forwards: await jump('+3600'), backwards: await jump('-3600') };
  } finally {
    exporter.kill();
  }
}

async function exhaustDescriptors(stage: Stage) {
  const { exporter } = await watchAll(stage, 'descriptors');
  const limit = (count: string) => execFileSync('prlimit', ['--pid', `${exporter.pid}`, `--nofile=${count}`]);
  try {
    const before = execFileSync('prlimit', ['--pid', `${exporter.pid}`, '--nofile', '--output=SOFT', '--noheadings']);
    const begin = Date.now();
    const span = await during(exporter, async () => {
      // below this number all are in use, by what Node itself opens at its start; what is open above it stays open
      limit('10:');
      await waitFor(async () => (await exporter.components()).tcp?.status === 'unhealthy', {
        timeoutMs: 10_000,
        what: 'the probe that needs a new connection to fail',
      });
      await delay(2000);
    });
    const board = await exporter.components();
    limit(`${before.toString().trim()}:`);
    const end = Date.now();
    await allAre(
      exporter,
      () => 'healthy',
      Object.keys(board).map((name) => ({ name }))
    );
    const events = await exporter.events();
    // a new connection, not the one that the look at the board has kept
    const answer = await fetch(`${exporter.origin}/-/healthy`, { headers: { connection: 'close' } });
    return { span, board, answers: answer.ok, begin, end, events, log: exporter.log() };
  } finally {
    exporter.kill();
  }
}

interface Outcomes {
  stopped: Awaited<ReturnType<typeof stopAndContinue>>;
  clock: Awaited<ReturnType<typeof setClock>>;
  exhausted: Awaited<ReturnType<typeof exhaustDescriptors>>;
  names: NameOutcome | undefined;
}

export function itSurvivesItsOwnFaults(getStage: () => Stage): void {
  let outcomes: Outcomes;
  beforeAll(async () => {
    const stage = getStage();
    const running = [
      stopAndContinue(stage),
      setClock(stage),
      exhaustDescriptors(stage),
      canIsolate ? runNameFaults(stage) : Promise.resolve(undefined),
    ] as const;
    // each to its end, for each takes away what it has started
    await Promise.allSettled(running);
    const [stopped, clock, exhausted, names] = await Promise.all(running);
    outcomes = { stopped, clock, exhausted, names };
  }, 240_000);

  it('counts the ticks that it missed while it was stopped, and blames nobody for it', () => {
    const { span, missed, components } = outcomes.stopped;
    expect(span.transitions.filter(({ to }) => to === 'unhealthy')).toEqual([]);
    expect(missed).toBeGreaterThanOrEqual(STOPPED_MS / 1000 - 2);
    for (const { name } of components) {
      const { probes, ticks } = countProbes(name, span.start, span.end);
      // no burst: one a tick, and one each for a connection that its server closed meanwhile and for its return
      expect([name, probes <= ticks + 3]).toEqual([name, true]);
    }
  });

  it.each(['forwards', 'backwards'] as const)('goes on when its clock jumps %s', (direction) => {
    const { ticks, missed, transitions } = outcomes.clock[direction];
    // what is by the wall clock an hour old is `unknown` until the next probe, as after a suspend; nobody is called down
    expect(transitions.filter(({ to }) => to !== 'healthy' && to !== 'unknown')).toEqual([]);
    expect(ticks).toBeGreaterThanOrEqual(3);
    expect(ticks).toBeLessThanOrEqual(6);
    expect(missed).toBe(0);
  });

  it('says that it has no descriptors left, keeps what it has, and recovers', () => {
    const { span, board, answers } = outcomes.exhausted;
    expect(board.tcp?.error).toMatch(/onehertz itself has no file descriptors left/);
    expect(span.transitions.map(({ component }) => component)).toEqual(['tcp']);
    expect(answers).toBe(true);
  });

  // a resolver of its own takes a mount namespace and port 53: without root that is not to be had
  if (canIsolate)
    it('says what is wrong with a name, and disturbs nobody whose name is right', () => {
      const { rows, disturbed } = outcomes.names as NameOutcome;
      for (const { fault, message } of rows) {
        if (/does not exist/.test(fault)) expect(message).toMatch(/host name not found; check the name and the DNS$/);
        if (/DNS is silent/.test(fault))
          expect(message).toMatch(/no (connection|answer|TLS handshake)|the DNS did not answer/);
      }
      expect(disturbed).toEqual([]);
    });

  it('is what docs/reliability.md says', () => {
    expect(rows(outcomes).length).toBeGreaterThan(0);
    checkReport('own', rows(outcomes), canIsolate ? [] : [NAMES_GROUP]);
  });
}

function rows({ stopped, clock, exhausted, names }: Outcomes): ReportRow[] {
  const group = 'the exporter itself';
  const steady = { group, status: 'healthy', detectionMs: undefined, recoveryMs: undefined };
  const { begin, end, events } = exhausted;
  const first = events.find(({ component, at }) => component === 'tcp' && at >= begin);
  const back = events.find(({ component, to, at }) => component === 'tcp' && to === 'healthy' && at >= end);
  return [
    {
      ...steady,
      fault: 'stopped for 5 s',
      message: `${stopped.missed} ticks missed, which onehertz_ticks_missed_total counts`,
    },
    { ...steady, fault: 'clock set forwards by an hour', message: `${clock.forwards.ticks} ticks in 4 s` },
    { ...steady, fault: 'clock set back by an hour', message: `${clock.backwards.ticks} ticks in 4 s` },
    {
      group,
      fault: 'no file descriptors left',
      status: 'unhealthy where a new connection is needed',
      message: exhausted.board.tcp?.error ?? '',
      detectionMs: first && first.at - begin,
      recoveryMs: back && back.at - end,
    },
    ...(names?.rows ?? []),
  ];
}

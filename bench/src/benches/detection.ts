/** Time from a fault of a real server to the change on the WebSocket stream: crash, close, freeze, and recovery. */
import { STREAM_EVENT, STREAM_PATH } from '@onehertz/contract';
import { waitFor, type RunningServer } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Bench, BenchContext, Goal, Results, Row } from '../harness/bench';
import { startExporter } from '../harness/exporter';
import { listOption, roundsOption } from '../harness/options';
import { pidOf } from '../harness/pinned';
import { processTree } from '../harness/process-usage';
import { WATCHED_SERVERS, startWatchedServer, type WatchedServer, type Peer } from '../harness/watched-servers';
import { summarize } from '../summary';

export const detection: Bench = {
  name: 'detection',
  description: 'from a fault of a real server to the change on the WebSocket stream, and to the scrape of a peer',
  options: [listOption('--servers <names>', 'which ones', WATCHED_SERVERS), roundsOption(6)],
  run,
};

const PACKAGES = ['prometheus-blackbox-exporter', 'prometheus-redis-exporter', 'prometheus-postgres-exporter'];
/** After this, a fault counts as not detected: the table shows a dash. */
const DETECTION_LIMIT_MS = 10_000;
/** Some servers take their time to start. */
const RESTART_MS = 60_000;

async function run(context: BenchContext): Promise<Results> {
  const servers: WatchedServer[] = [];
  for (const name of context.list('servers')) servers.push(await startWatchedServer(context, name));
  const exporter = await context.keep(startExporter(context, { components: servers.map((each) => each.component) }));
  const changes = await listen(exporter);
  const rounds = context.number('rounds');
  const rows: Row[] = [];
  const goals: Goal[] = [];
  for (const server of servers) {
    const peer = await server.watch?.();
    for (const measure of [crash, refuse, freeze]) {
      const faults = new Map<string, Times[]>();
      let blind = false;
      for (let round = 1; round <= rounds; round++) {
        context.progress(`${server.name}, ${measure.name}: ${round} of ${rounds}`);
        const seeing: Peer | undefined = blind ? undefined : peer;
        await Promise.all([steady(), seeing?.next(true)]);
        for (const [fault, times] of Object.entries(await measure({ server, changes, peer: seeing }))) {
          faults.set(fault, [...(faults.get(fault) ?? []), times]);
          blind ||= times.peer === Infinity;
        }
        if ([...faults.values()].flat().every(isUnseen)) break;
      }
      for (const [fault, times] of faults) rows.push(rowOf(server.name, fault, times, peer));
      const ours = faults.get('crash')?.map((times) => times.ours);
      if (ours && server.kept)
        goals.push({ what: `${server.name}: crash, median ms`, limit: 20, measured: summarize(ours).median });
    }
    peer?.stop();
  }
  changes.close();
  const title =
    'From the fault to the message on the stream (interval 1 s, deadline 800 ms), and to the scrape of a peer that says so; ' +
    'crash: SIGKILL; refuse: it ends in good order, and its port refuses; freeze: SIGSTOP';
  return { tables: [{ title, rows }], goals, packages: PACKAGES };
}

function rowOf(component: string, fault: string, times: readonly Times[], peer: Peer | undefined): Row {
  const ours = summarize(times.map((time) => time.ours));
  const theirs = summarize(times.map((time) => time.peer));
  return {
    ...{ component, fault, rounds: times.length },
    ...{ 'median ms': ours.median, 'p95 ms': ours.p95, 'worst ms': ours.worst },
    peer: peer?.name ?? '–',
    ...{ 'its median ms': theirs.median, 'its p95 ms': theirs.p95, 'its worst ms': theirs.worst },
    '× its median': Number.isFinite(theirs.median) ? ours.median / theirs.median : Infinity,
  };
}

/** Milliseconds; infinity if not detected. */
interface Times {
  ours: number;
  peer: number;
}

function isUnseen({ ours, peer }: Times): boolean {
  return ours === Infinity && peer === Infinity;
}

interface Round {
  server: WatchedServer;
  changes: Changes;
  /** Absent if there is none, or if it cannot detect this kind of fault. */
  peer: Peer | undefined;
}

async function crash(round: Round): Promise<Record<string, Times>> {
  // searched in advance: searching /proc takes longer than the fault
  const tree = processTree(pidOf(round.server.server));
  const times = await timed(round, false, () => tree.forEach((pid) => send(pid, 'SIGKILL')));
  await restart(round);
  return { crash: times };
}

async function refuse(round: Round): Promise<Record<string, Times>> {
  const { server, quit } = round.server;
  const pid = pidOf(server);
  const times = await timed(round, false, () => send(pid, quit));
  await restart(round);
  return { refuse: times };
}

async function freeze(round: Round): Promise<Record<string, Times>> {
  const { server } = round.server;
  const frozen = await timed(round, false, () => server.freeze());
  if (isUnseen(frozen)) {
    // the recovery from an undetected fault cannot be measured
    server.resume();
    return { freeze: frozen, 'return after freeze': frozen };
  }
  const seeing = frozen.peer === Infinity ? undefined : round.peer;
  const back = await timed({ ...round, peer: seeing }, true, () => server.resume());
  return { freeze: frozen, 'return after freeze': back };
}

async function restart({ server: { name, server }, changes }: Round): Promise<void> {
  const back = changes.next(name, true, RESTART_MS);
  await server.restart();
  await back;
}

/** Time from `cause` until both report up, or down. */
async function timed({ server, changes, peer }: Round, up: boolean, cause: () => void): Promise<Times> {
  const both = [changes.next(server.name, up), peer?.next(up) ?? Promise.resolve(Infinity)] as const;
  const begin = performance.now();
  cause();
  const [ours, theirs] = await Promise.all(both);
  return { ours: ours - begin, peer: theirs - begin };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended with its parent
  }
}

/** Waits a random time, so that faults do not always occur right after a tick. */
function steady(): Promise<void> {
  return delay(1500 + Math.random() * 1000);
}

interface Change {
  data: { service: string; status: string };
}

type Changes = Awaited<ReturnType<typeof listen>>;

/** Waits for changes on the stream; the time is taken when the message arrives. */
async function listen(exporter: RunningServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${exporter.port}${STREAM_PATH}?events=${STREAM_EVENT.change}`);
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
    /** Infinity if it is not seen in time. */
    next(name: string, up: boolean, limitMs = DETECTION_LIMIT_MS): Promise<number> {
      const seen = new Promise<number>((resolve) => waiting.add({ name, up, resolve }));
      return Promise.race([seen, delay(limitMs, Infinity, { ref: false })]);
    },
    close: () => socket.terminate(),
  };
}

/**
 * One exporter with all cells of the matrix as components: all faults begin at the same time, and end one after the
 * other.
 */
import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { createBlackHole } from './black-hole';
import { createMatrix, type Case } from './cases';
import { expectationOf } from './expectations';
import { startExporter, type ComponentView, type ExporterProcess, type TransitionView } from './exporter-process';
import { allAre, countProbes } from './looks';
import { observe, type Observation, type Phase } from './observation';
import { FAULT_ROWS } from './probes';
import type { Servers } from './servers';
import type { Stage } from './stage';
import { measureStalls, type StallMeter } from './stalls';

export interface Neighbour {
  name: string;
  /** Of its row. */
  title: string;
  transitions: TransitionView[];
  /** Probes and ticks while the others had their faults, and successes among these probes. */
  probes: number;
  successes: number;
  ticks: number;
  /** What became of it when its own server was killed. */
  killed: Observation;
}

export interface Outcome {
  /** By name of the component. */
  observations: Map<string, Observation>;
  neighbours: Neighbour[];
  /** Of the exporter, before the cases were added and after they were taken away. */
  descriptors: { before: number; after: number };
  timers: { before: number; after: number };
  /** Of the machine, in all this time. */
  stalls: Pick<StallMeter, 'count' | 'totalMs' | 'crowding'>;
  /** All that it wrote. */
  log: string;
  exitCode: number | null;
}

/** Minimum duration of the faults: connections are retried and back off. */
const FAULT_MS = 4000;
const BETWEEN_ENDS_MS = 15;
/** Interval and timeout are 1.8 s together. */
const LOST_AGAIN_MS = 4000;

/** One half of the rows after the other: all at once, the exporter would be busier than a machine with few cores allows. */
export async function runScenario(stage: Stage): Promise<Outcome> {
  const first = await runRows(
    stage,
    FAULT_ROWS.filter((_, index) => index % 2 === 0)
  );
  const second = await runRows(
    stage,
    FAULT_ROWS.filter((_, index) => index % 2 === 1)
  );
  return {
    observations: new Map([...first.observations, ...second.observations]),
    neighbours: [...first.neighbours, ...second.neighbours],
    descriptors: sum(first.descriptors, second.descriptors),
    timers: sum(first.timers, second.timers),
    stalls: {
      count: first.stalls.count + second.stalls.count,
      totalMs: Math.max(first.stalls.totalMs, second.stalls.totalMs),
      crowding: Math.max(first.stalls.crowding, second.stalls.crowding),
    },
    log: first.log + second.log,
    exitCode: first.exitCode === 0 ? second.exitCode : first.exitCode,
  };
}

type Amount = Outcome['timers'];
const sum = (a: Amount, b: Amount): Amount => ({ before: a.before + b.before, after: a.after + b.after });

async function runRows(
  { servers, certificates, directory }: Stage,
  rows: readonly (typeof FAULT_ROWS)[number][]
): Promise<Outcome> {
  const stalls = measureStalls();
  let exporter: ExporterProcess | undefined;
  let close: () => Promise<void> = () => Promise.resolve();
  try {
    const matrix = await createMatrix(servers, certificates, rows);
    close = matrix.close;
    const { cases } = matrix;
    const neighbours = await Promise.all(
      rows.map(async (row) => {
        const port = row.tls ? await matrix.securePort(row) : row.port(servers);
        return { name: `healthy-${row.slug}`, ...row.plain(port, servers) };
      })
    );
    const alone = { components: neighbours };
    const env = { NODE_EXTRA_CA_CERTS: certificates.ca };
    exporter = await startExporter({ config: alone, directory, env });
    await allAre(exporter, () => 'healthy', neighbours);
    const before = await steadyResources(exporter);

    const all = [...neighbours, ...cases.map(({ component }) => component)];
    await exporter.configure({ components: all });
    await allAre(exporter, () => 'healthy', all);

    const startMetrics = await exporter.metrics();
    const begin = Date.now();
    const { phaseOf, during } = await withFaults(exporter, cases, servers);
    await allAre(exporter, () => 'healthy', all);
    const endMetrics = await exporter.metrics();
    const events = await exporter.events();

    const killed = await killAll(exporter, servers, neighbours);
    await exporter.configure(alone);
    const after = await settledResources(exporter, before);
    const exitCode = await exporter.stop();
    return {
      observations: new Map(
        cases.map((item) => [item.name, observe(item.name, phaseOf(item), during[item.name] as ComponentView, events)])
      ),
      neighbours: neighbours.map(({ name }, index) => ({
        name,
        title: rows[index]?.title ?? '',
        transitions: events.filter(({ component, at }) => component === name && at > begin),
        ...countProbes(name, startMetrics, endMetrics),
        killed: killed.get(name) as Observation,
      })),
      descriptors: { before: before.descriptors, after: after.descriptors },
      timers: { before: before.timers, after: after.timers },
      stalls: { count: stalls.count, totalMs: stalls.totalMs, crowding: stalls.crowding },
      log: exporter.log(),
      exitCode,
    };
  } finally {
    stalls.stop();
    exporter?.kill();
    await close();
  }
}

async function withFaults(exporter: ExporterProcess, cases: Case[], servers: Servers): Promise<FaultPhase> {
  const hole = createBlackHole();
  const phases = new Map<string, Phase>();
  const inFronts = cases.filter(({ means }) => means !== 'server');
  const closed = inFronts.filter(({ means }) => means !== 'front');
  const holes = cases.filter(({ means }) => means === 'black hole').map(({ front }) => front.port);
  const on = (server: string) => cases.filter(({ means, row }) => means === 'server' && row.speaks === server);
  const expected = new Map(cases.map((item) => [item.name, expectationOf(item).status]));
  try {
    const refusal = servers.refuseAccounts((server) => {
      phases.set(server, { begin: Date.now(), end: 0 });
      for (const { front, behaviour } of on(server)) front.begin(behaviour);
    });
    const phase = { begin: Date.now() };
    for (const { front, behaviour } of inFronts) front.begin(behaviour);
    await Promise.all(closed.map(({ front }) => front.stopListening()));
    await hole.open(holes);
    await refusal;
    await delay(FAULT_MS);
    const lostAt = await loseFlows(exporter, cases, phase.begin);
    await allAre(exporter, (name) => expected.get(name), cases);
    const during = await exporter.components();

    const repair = Date.now();
    const acceptance = servers.acceptAccounts((server) => {
      Object.assign(phases.get(server) as Phase, { repair, end: Date.now() });
      for (const { front } of on(server)) front.end();
    });
    await hole.close();
    const ends = new Map<string, number>();
    for (const { name, front, means } of interleaved(inFronts)) {
      if (means !== 'front') await front.listenAgain();
      ends.set(name, Date.now());
      front.end();
      await delay(BETWEEN_ENDS_MS);
    }
    await acceptance;
    // rejected probes retry after 5 to 30 s, or immediately after a reload
    exporter.reload();
    return {
      during,
      phaseOf: ({ name, means, row }) =>
        means === 'server'
          ? (phases.get(row.speaks) as Phase)
          : { begin: lostAt.get(name) ?? phase.begin, end: ends.get(name) ?? phase.begin },
    };
  } finally {
    await hole.close();
  }
}

/**
 * A connection that was opened just when the fault began (after a time-out on a busy machine), or of which a process
 * that stood still could not tell whether it was answered, does not count as lost and is lost again. Returns when the
 * flow of each component was lost and all have detected it.
 */
async function loseFlows(
  exporter: ExporterProcess,
  cases: readonly Case[],
  begin: number
): Promise<Map<string, number>> {
  const lost = cases.filter(({ fault }) => fault === 'lost flow');
  const lostAt = new Map(lost.map(({ name }) => [name, begin]));
  const unnoticed = async () => {
    const events = await exporter.events();
    const isNoticed = ({ name }: Case) =>
      events.some(({ component, to, at }) => component === name && to === 'unhealthy' && at >= (lostAt.get(name) ?? 0));
    return lost.filter((item) => !isNoticed(item));
  };
  async function loseAgain(): Promise<void> {
    const due = Date.now() - LOST_AGAIN_MS;
    for (const { name, front, behaviour } of await unnoticed()) {
      if ((lostAt.get(name) ?? 0) > due) continue;
      lostAt.set(name, Date.now());
      front.begin(behaviour);
    }
  }
  await waitFor(
    async () => {
      await loseAgain();
      return (await unnoticed()).length === 0;
    },
    { timeoutMs: 20_000, everyMs: 200, what: 'lost flows to be noticed' }
  );
  return lostAt;
}

/** Alternates between probes: twenty clients reconnecting to one server at once would be a fault of its own. */
function interleaved(cases: readonly Case[]): Case[] {
  const turns = new Map<string, number>();
  const turnOf = new Map(
    cases.map((item) => {
      const turn = turns.get(item.row.slug) ?? 0;
      turns.set(item.row.slug, turn + 1);
      return [item.name, turn];
    })
  );
  return [...cases].sort((a, b) => (turnOf.get(a.name) ?? 0) - (turnOf.get(b.name) ?? 0));
}

interface FaultPhase {
  phaseOf(item: Case): Phase;
  /** Just before the end of the faults. */
  during: Record<string, ComponentView>;
}

/** Kills every server, and starts all of them again. */
async function killAll(
  exporter: ExporterProcess,
  servers: Servers,
  neighbours: readonly { name: string }[]
): Promise<Map<string, Observation>> {
  const begin = Date.now();
  await servers.kill();
  await allAre(exporter, () => 'unhealthy', neighbours);
  const during = await exporter.components();
  await servers.restart();
  const end = Date.now();
  await allAre(exporter, () => 'healthy', neighbours);
  const events = await exporter.events();
  return new Map(
    neighbours.map(({ name }) => [name, observe(name, { begin, end }, during[name] as ComponentView, events)])
  );
}

interface Resources {
  descriptors: number;
  timers: number;
}

async function countResources(exporter: ExporterProcess): Promise<Resources> {
  const metrics = await exporter.metrics();
  return {
    descriptors: exporter.descriptors(),
    timers: metrics.sum('nodejs_active_resources', { type: 'Timeout' }),
  };
}

/** Closing takes a moment; what remains after that is a leak. */
/** At most, over some ticks: how many timers it has depends on the moment of the tick. */
async function steadyResources(exporter: ExporterProcess): Promise<Resources> {
  const most = await countResources(exporter);
  for (let i = 0; i < 5; i++) {
    await delay(500);
    const { descriptors, timers } = await countResources(exporter);
    most.descriptors = Math.max(most.descriptors, descriptors);
    most.timers = Math.max(most.timers, timers);
  }
  return most;
}

async function settledResources(exporter: ExporterProcess, before: Resources): Promise<Resources> {
  let now = await countResources(exporter);
  const asBefore = async () => {
    now = await countResources(exporter);
    return now.descriptors <= before.descriptors && now.timers <= before.timers;
  };
  // short-lived connections come and go: one check without them is sufficient
  await waitFor(asBefore, { timeoutMs: 8000, what: 'what the cases held to be given back' }).catch(() => undefined);
  return now;
}

/**
 * One exporter with all cells of the matrix as components: all faults begin at the same time, and end one after the
 * other.
 */
import type { RunningServer } from '@onehertz/demo';
import { createMatrix } from './cases';
import { behindFrozen, behindKilled, FROZEN, KILLED } from './expectations';
import { startExporter, type ComponentView, type ExporterProcess, type TransitionView } from './exporter-process';
import { withFaults } from './fault-phase';
import { allAre, allWell, countProbes } from './looks';
import { observe, type Observation } from './observation';
import { FAULT_ROWS } from './probes';
import { settledResources, steadyResources } from './resources';
import type { FaultRow } from './rows';
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
  /** What became of it when its own server was broken, and the one behind it; by the title of the fault. */
  broken: Map<string, Observation>;
}

export interface Outcome {
  /** By name of the component. */
  observations: Map<string, Observation>;
  neighbours: Neighbour[];
  /** Of the exporter, before the cases were added and after they were taken away. */
  descriptors: BeforeAndAfter;
  timers: BeforeAndAfter;
  /** Of the machine, in all this time. */
  stalls: Pick<StallMeter, 'count' | 'totalMs' | 'crowding'>;
  /** All that it wrote. */
  log: string;
  exitCode: number | null;
}

/** One half of the rows after the other: all at once, the exporter would be busier than a machine with few cores allows. */
export async function runScenario(stage: Stage): Promise<Outcome> {
  const half = (odd: number) => FAULT_ROWS.filter((_, index) => index % 2 === odd);
  const [first, second] = [await runRows(stage, half(0)), await runRows(stage, half(1))];
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

type BeforeAndAfter = Record<'before' | 'after', number>;
const sum = (a: BeforeAndAfter, b: BeforeAndAfter): BeforeAndAfter => ({
  before: a.before + b.before,
  after: a.after + b.after,
});

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
        return { name: neighbourOf(row), ...row.plain(port, servers) };
      })
    );
    const alone = { components: neighbours };
    const env = { NODE_EXTRA_CA_CERTS: certificates.ca };
    exporter = await startExporter({ config: alone, directory, env });
    await allWell(exporter, neighbours);
    const before = await steadyResources(exporter);

    const all = [...neighbours, ...cases.map(({ component }) => component)];
    await exporter.configure({ components: all });
    await allWell(exporter, all);

    const startMetrics = await exporter.metrics();
    const begin = Date.now();
    const { phaseOf, during } = await withFaults(exporter, cases, servers);
    await allWell(exporter, all);
    const endMetrics = await exporter.metrics();
    const events = await exporter.events();

    const broken = await breakServers(exporter, servers, rows);
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
        broken: broken.get(name) ?? new Map<string, Observation>(),
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

const neighbourOf = ({ slug }: FaultRow) => `healthy-${slug}`;

/** Kills and freezes the servers themselves, and then those that are behind others. By name of the neighbour and title of the fault. */
async function breakServers(
  exporter: ExporterProcess,
  servers: Servers,
  rows: readonly FaultRow[]
): Promise<Map<string, Map<string, Observation>>> {
  const found = new Map(rows.map((row) => [neighbourOf(row), new Map<string, Observation>()]));
  const neighbours = rows.map((row) => ({ name: neighbourOf(row) }));

  async function fault(
    affected: readonly { row: FaultRow; title: string }[],
    begin: () => unknown,
    repair: () => unknown
  ): Promise<void> {
    const phase = { begin: Date.now(), repair: 0, end: 0 };
    await begin();
    await allAre(
      exporter,
      () => 'unhealthy',
      affected.map(({ row }) => ({ name: neighbourOf(row) }))
    );
    const during = await exporter.components();
    phase.repair = Date.now();
    await repair();
    phase.end = Date.now();
    await allWell(exporter, neighbours);
    const events = await exporter.events();
    for (const { row, title } of affected) {
      const name = neighbourOf(row);
      found.get(name)?.set(title, observe(name, phase, during[name] as ComponentView, events));
    }
  }

  const each = (title: string) => rows.map((row) => ({ row, title }));
  await fault(each(KILLED), servers.kill, servers.restart);
  await fault(
    each(FROZEN).filter(({ row }) => row.thawsSlowly === undefined),
    servers.freeze,
    servers.resume
  );
  const behind = rows.flatMap((row) => (row.behind ? [{ row, ...row.behind }] : []));
  if (behind.length === 0) return found;
  const those = [...new Set(behind.map(({ server }) => server(servers)))];
  const all = (act: (server: RunningServer) => unknown) => () => Promise.all(those.map(act));
  const titled = (titleOf: (called: string) => string) =>
    behind.map(({ row, called }) => ({ row, title: titleOf(called) }));
  await fault(
    titled(behindKilled),
    all((server) => server.kill()),
    all((server) => server.restart())
  );
  await fault(
    titled(behindFrozen),
    all((server) => server.freeze()),
    all((server) => server.resume())
  );
  return found;
}

/**
 * One exporter with all cells of the matrix as components: all faults begin at the same time, and end one after the
 * other.
 */
import { createMatrix } from './cases';
import { startExporter, type ComponentView, type ExporterProcess, type TransitionView } from './exporter-process';
import { withFaults } from './fault-phase';
import { allAre, countProbes } from './looks';
import { observe, type Observation } from './observation';
import { FAULT_ROWS } from './probes';
import { settledResources, steadyResources } from './resources';
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

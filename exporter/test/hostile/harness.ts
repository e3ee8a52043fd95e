/** A real exporter that watches hostile twins and two good servers, measured from outside. */
import { waitFor } from '@onehertz/demo';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startExporter, type ComponentView, type ExporterProcess } from '../faults/exporter-process';
import { limitMemory } from './memory-limit';
import { startTwin, type Attack, type Twin } from './twin';

/** How often outputs are read, as a scraper and a person would. */
const LOOK_EVERY_MS = 250;
export const NEIGHBOURS = ['good-1', 'good-2'];

export interface Measured {
  /** Whether the process was there at the end, and answered. */
  alive: boolean;
  /** Most memory that it ever had, in MB. */
  peakMb: number;
  /** Memory that it had at each look, in MB. */
  residentMb: number[];
  missedTicks: number;
  /** What the process computed, as a share of the time: on a machine that does other things as well it says more than missed ticks. */
  cpuShare: number;
  /** In which the machine did not let it run: it stood still and computed nothing. */
  deniedSeconds: number;
  /** Probes of the good servers that did not succeed. */
  neighbourFailures: number;
  /** Of all answers to /metrics and the API, in milliseconds. */
  slowestAnswerMs: number;
  /** By name of the attack. */
  components: Record<string, ComponentView & { version?: string }>;
  /** All that /metrics and the API said at the end. */
  outputs: string;
  log: string;
}

export interface Duration {
  shortestMs: number;
  longestMs: number;
  /** Whether it may end before the longest time. */
  isDone(): boolean;
}

export interface MeasureOptions {
  /** More of the configuration, e.g. `grafana_live`, for a port of each twin that it is given. */
  more?(portOf: (attack: string) => number): Record<string, unknown>;
  /**
   * How many components watch the twin of an attack, anew at each call; default: one, with the name of the attack. Components that are
   * new have no failures behind them, and so are not made to wait for their next connection.
   */
  howMany?(attack: string): number;
  /** How often all components of attacks are replaced by new ones, in milliseconds; default: never. */
  renewMs?: number;
}

/** Under the memory limit of a container. */
export async function measure(
  attacks: readonly Attack[],
  duration: Duration,
  { more = () => ({}), howMany, renewMs }: MeasureOptions = {}
): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-hostile-'));
  const good = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"status":"ok"}')
  );
  await new Promise<void>((resolve) => good.listen(0, '127.0.0.1', resolve));
  const twins: Twin[] = [];
  const limit = limitMemory();
  let exporter: ExporterProcess | undefined;
  let generation = 0;
  let renewing: NodeJS.Timeout | undefined;
  const componentsOf = ({ attack, port }: Twin) =>
    howMany
      ? Array.from({ length: howMany(attack.name) }, (_, index) => ({
          name: `${attack.name}-${index}-${generation}`,
          ...attack.component(port),
        }))
      : [{ name: attack.name, ...attack.component(port) }];
  try {
    for (const attack of attacks) twins.push(await startTwin(attack));
    const url = `http://127.0.0.1:${(good.address() as AddressInfo).port}/health`;
    const portOf = (name: string) => twins.find(({ attack }) => attack.name === name)?.port ?? 1;
    const config = () => ({
      // as by default: a run of hours has many
      events: 1000,
      components: [...NEIGHBOURS.map((name) => ({ name, probe: 'http', url })), ...twins.flatMap(componentsOf)],
      ...more(portOf),
    });
    const watched = await startExporter({
      ...{ directory, config: config(), answerMs: 30_000 },
      ...{ wrapper: limit.wrapper, env: limit.env },
    });
    exporter = watched;
    if (renewMs !== undefined)
      renewing = setInterval(() => {
        generation += 1;
        watched.write(config());
      }, renewMs);
    const found = await look(watched, duration);
    found.alive &&= limit.killed() === 0;
    report(found);
    return found;
  } finally {
    clearInterval(renewing);
    exporter?.kill();
    good.close();
    good.closeAllConnections();
    await Promise.all(twins.map((twin) => twin.close()));
    await limit.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @returns the time for everything that has no end of its own */
export const forMs = (ms: number): Duration => ({ shortestMs: ms, longestMs: ms, isDone: () => true });

export async function look(exporter: ExporterProcess, { shortestMs, longestMs, isDone }: Duration): Promise<Measured> {
  const began = performance.now();
  const cpuBefore = cpuMs(exporter.pid);
  const isOver = () => {
    const passed = performance.now() - began;
    return passed >= longestMs || (passed >= shortestMs && isDone());
  };
  const isAlive = () => exporter.child.exitCode === null && exporter.child.signalCode === null;
  const found: Measured = {
    ...{ alive: true, peakMb: 0, missedTicks: 0, cpuShare: 0, deniedSeconds: 0 },
    ...{ neighbourFailures: 0, slowestAnswerMs: 0, residentMb: [] },
    ...{ components: {}, outputs: '', log: '' },
  };
  const get = async (path: string): Promise<string> => {
    const asked = performance.now();
    const response = await exporter.get(path);
    const text = await response.text();
    found.slowestAnswerMs = Math.max(found.slowestAnswerMs, performance.now() - asked);
    return text;
  };
  try {
    const before = await exporter.metrics();
    do {
      const [metrics, api] = [await get('/metrics'), await get('/api/v1/components')];
      found.outputs = `${metrics}\n${api}`;
      found.components = (JSON.parse(api) as Pick<Measured, 'components'>).components;
      found.peakMb = Math.max(found.peakMb, memoryMb(exporter.pid, 'VmHWM'));
      found.residentMb.push(memoryMb(exporter.pid, 'VmRSS'));
      await delay(LOOK_EVERY_MS);
    } while (!isOver());
    const computedMs = cpuMs(exporter.pid) - cpuBefore;
    found.cpuShare = computedMs / (performance.now() - began);
    const metrics = await exporter.metrics();
    const more = (name: string) => metrics.value(name) - before.value(name);
    found.deniedSeconds = Math.max(0, more('onehertz_standstill_seconds_total') - computedMs / 1000);
    found.missedTicks = more('onehertz_ticks_missed_total');
    for (const component of NEIGHBOURS)
      for (const result of ['failure', 'timeout'])
        found.neighbourFailures += metrics.value('component_probes_total', { component, result });
  } catch (error) {
    found.outputs += String(error);
    // a process that was aborted ends a moment later than its sockets
    await waitFor(() => !isAlive(), { timeoutMs: 2000, what: 'its end' }).catch(() => undefined);
    found.alive = false;
  }
  found.alive &&= isAlive();
  found.log = exporter.log();
  return found;
}

/** `npm run fuzz` collects the figures of what it attacked: a line for each, in the file that it names. */
export function report(
  figures: Pick<
    Measured,
    'alive' | 'peakMb' | 'missedTicks' | 'neighbourFailures' | 'cpuShare' | 'slowestAnswerMs' | 'deniedSeconds'
  >
): void {
  const file = process.env.ONEHERTZ_ATTACK_LOG;
  if (file === undefined) return;
  const { alive, peakMb, missedTicks, neighbourFailures, cpuShare, slowestAnswerMs, deniedSeconds } = figures;
  const cells = [
    expect.getState().currentTestName,
    alive ? `${peakMb} MB` : `ended at ${peakMb} MB`,
    ...[missedTicks, neighbourFailures, `${Math.round(slowestAnswerMs)} ms`],
    ...[`${Math.round(cpuShare * 100)} %`, `${deniedSeconds.toFixed(1)} s`],
  ];
  appendFileSync(file, `${cells.join('\t')}\n`);
}

/** What is resident now, or the high-water mark, which nothing takes back; see proc(5). 0 of a process that has ended. */
export function memoryMb(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  try {
    const kb = new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kb ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** User and system time in milliseconds; see proc(5), /proc/pid/stat. The ticks of Linux are 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

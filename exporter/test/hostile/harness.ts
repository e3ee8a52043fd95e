/** A real exporter that watches hostile twins and two good servers, measured from outside. */
import { waitFor } from '@onehertz/demo';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startExporter, type ComponentView, type ExporterProcess } from '../faults/exporter-process';
import { startTwin, type Attack, type Twin } from './twin';

/** What the shipped files of Compose and Kubernetes allow: 256 MiB. */
export const MEMORY_LIMIT_MB = 256;
/** How often outputs are read, as a scraper and a person would. */
const LOOK_EVERY_MS = 250;
export const NEIGHBOURS = ['good-1', 'good-2'];

export interface Measured {
  /** Whether the process was there at the end, and answered. */
  alive: boolean;
  /** Most memory that it ever had, in MB. */
  peakMb: number;
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

/** @param more of the configuration, e.g. `grafana_live`, for a port of each twin that it is given */
export async function measure(
  attacks: readonly Attack[],
  duration: Duration,
  more: (portOf: (attack: string) => number) => Record<string, unknown> = () => ({})
): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-hostile-'));
  const good = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"status":"ok"}')
  );
  await new Promise<void>((resolve) => good.listen(0, '127.0.0.1', resolve));
  const twins: Twin[] = [];
  let exporter: ExporterProcess | undefined;
  try {
    for (const attack of attacks) twins.push(await startTwin(attack));
    const url = `http://127.0.0.1:${(good.address() as AddressInfo).port}/health`;
    const portOf = (name: string) => twins.find(({ attack }) => attack.name === name)?.port ?? 1;
    const watched = await startExporter({
      directory,
      config: {
        components: [
          ...NEIGHBOURS.map((name) => ({ name, probe: 'http', url })),
          ...twins.map(({ attack, port }) => ({ name: attack.name, ...attack.component(port) })),
        ],
        ...more(portOf),
      },
      answerMs: 30_000,
    });
    exporter = watched;
    return await look(watched, duration);
  } finally {
    exporter?.kill();
    good.close();
    good.closeAllConnections();
    await Promise.all(twins.map((twin) => twin.close()));
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
    ...{ neighbourFailures: 0, slowestAnswerMs: 0 },
    ...{ components: {}, outputs: '', log: '' },
  };
  const get = async (path: string): Promise<string> => {
    const asked = performance.now();
    const response = await fetch(`${exporter.origin}${path}`, { signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    found.slowestAnswerMs = Math.max(found.slowestAnswerMs, performance.now() - asked);
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return text;
  };
  try {
    do {
      const [metrics, api] = [await get('/metrics'), await get('/api/v1/components')];
      found.outputs = `${metrics}\n${api}`;
      found.components = (JSON.parse(api) as Pick<Measured, 'components'>).components;
      found.peakMb = Math.max(found.peakMb, peakMb(exporter.pid));
      await delay(LOOK_EVERY_MS);
    } while (!isOver());
    const computedMs = cpuMs(exporter.pid) - cpuBefore;
    found.cpuShare = computedMs / (performance.now() - began);
    const metrics = await exporter.metrics();
    found.deniedSeconds = Math.max(0, metrics.value('onehertz_standstill_seconds_total') - computedMs / 1000);
    found.missedTicks = metrics.value('onehertz_ticks_missed_total');
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

/** The process's high-water mark, which nothing takes back; see proc(5), VmHWM. */
function peakMb(pid: number): number {
  try {
    const kb = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
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

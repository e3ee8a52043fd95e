/** Measures subjects alternately in several rounds, so that other load on the machine affects all of them alike. */
import type { RunningServer } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../summary';
import type { BenchContext, Stoppable } from './bench';
import { pidOf } from './pinned';
import { cpuSeconds, residentBytes } from './process-usage';

export interface Subject {
  name: string;
  /** Starts all parts, each through `keep`, which stops it after the measurement. */
  start(keep: Keep): Promise<Measured>;
}

export type Keep = <T extends Stoppable>(started: Promise<T>) => Promise<T>;

export interface Measured {
  /** The process whose CPU time and memory are measured. */
  process: RunningServer;
  /** Number of probes completed so far. */
  probes(): Promise<number>;
  /**
   * Called at the beginning and at the end of the measurement; the second call returns figures for the time in between.
   */
  figures?(): Promise<Record<string, number>>;
}

export interface Comparison {
  /** CPU seconds per 1,000 probes. */
  cpuPer1000: number;
  /** Per second. */
  probes: number;
  residentMegabytes: number;
  /** {@link Measured.figures} */
  figures: Record<string, number>;
}

/** @returns medians of all rounds by name of the subject; `what` names the measurement in the progress output */
export async function compare(
  context: BenchContext,
  what: string,
  subjects: readonly Subject[]
): Promise<Map<string, Comparison>> {
  const rounds = context.number('rounds');
  const results = new Map<string, Comparison[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const subject of subjects) {
      context.progress(`${what}, ${subject.name}: ${round} of ${rounds}`);
      results.get(subject.name)!.push(await measure(context, subject));
    }
  return new Map([...results].map(([name, each]) => [name, medians(each)]));
}

async function measure(context: BenchContext, subject: Subject): Promise<Comparison> {
  const started: Stoppable[] = [];
  try {
    const { process, probes, figures } = await subject.start(async (starting) => {
      const part = await context.keep(starting);
      started.push(part);
      return part;
    });
    const pid = pidOf(process);
    await delay(context.number('warm-up') * 1000);
    await figures?.();
    const before = { probes: await probes(), cpu: cpuSeconds(pid), at: performance.now() };
    await delay(context.number('seconds') * 1000);
    const seconds = (performance.now() - before.at) / 1000;
    const cpu = cpuSeconds(pid) - before.cpu;
    const done = (await probes()) - before.probes;
    const residentMegabytes = residentBytes(pid) / 1e6;
    return {
      cpuPer1000: (cpu / done) * 1000,
      probes: done / seconds,
      residentMegabytes,
      figures: (await figures?.()) ?? {},
    };
  } finally {
    for (const part of started.reverse()) await part.stop();
  }
}

function medians(each: readonly Comparison[]): Comparison {
  const of = (read: (one: Comparison) => number) => median(each.map(read));
  return {
    cpuPer1000: of((one) => one.cpuPer1000),
    probes: of((one) => one.probes),
    residentMegabytes: of((one) => one.residentMegabytes),
    figures: Object.fromEntries(
      Object.keys(each[0]?.figures ?? {}).map((name) => [name, of(({ figures }) => figures[name] ?? NaN)])
    ),
  };
}

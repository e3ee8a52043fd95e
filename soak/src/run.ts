/** One soak: starts everything, injects and repairs faults, and compares reports with faults and observations. */
import { COMPONENT_METRIC } from '@onehertz/contract';
import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import {
  agreementOf,
  causeOf,
  changesOf,
  summarizeLags,
  type Agreement,
  type Change,
  type LagSummary,
} from './agreement';
import { checkOrderOf } from './components';
import { compareAccounts, ownWordsOf, unexplained } from './consistency';
import { readEvents, readMetrics, statusChanges, type RingEvent } from './exporter-api';
import { injectFaults, type InjectedFault } from './injector';
import type { Verdict } from './observer/messages';
import { startObserver } from './observer/observer';
import { planFaults } from './plan';
import { heapFloor, sampleResources, trendOf, type ResourceSample, type Trend } from './resources';
import { recordStream } from './stream-recorder';
import type { Timeline } from './timeline';
import { startWorld, type SystemSize } from './world';

export interface SoakOptions {
  seed: number;
  durationMs: number;
  size: SystemSize;
  /** The servers with faults; default: all. */
  only?: readonly string[];
  meanGapMs?: number;
  observeEveryMs?: number;
  tell?: (line: string) => void;
}

export interface ComponentReport extends Agreement {
  component: string;
  interval: string;
  transitions: number;
  lags: LagSummary[];
}

export interface SoakReport {
  seed: number;
  durationMs: number;
  faults: InjectedFault[];
  transitions: number;
  /** Descriptions of differences between stream, ring and counters. */
  contradictions: string[];
  unexplained: RingEvent[];
  /**
   * Transitions without an injected fault, but also seen by the observer: on a busy machine servers fail by themselves.
   */
  seenToo: RingEvent[];
  /** Transitions that services reported about themselves without a fault. */
  ownWords: RingEvent[];
  components: ComponentReport[];
  total: Agreement;
  /** For the components that are probed once a second. */
  fast: Agreement;
  lags: LagSummary[];
  longestSilenceMs: number;
  ticksMissed: number;
  rss: Trend;
  heap: Trend;
  descriptors: Trend;
  samples: ResourceSample[];
  events: RingEvent[];
  verdicts: readonly Verdict[];
  changes: Change[];
}

const SAMPLE_EVERY_MS = 3000;
/** A worker reconnects to its broker within this time. */
const GRACE_MS = 20_000;

/** @throws Error if the servers cannot be started, or are not all healthy at the end */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, durationMs, size, only, meanGapMs, observeEveryMs = 50, tell = () => undefined } = options;
  const world = await startWorld(size, tell, { foreign: size === 'whole' });
  const { exporter, watched, parts } = world;
  const origin = exporter.url;
  const everythingWorks = async () => {
    const metrics = await readMetrics(origin);
    const is = (name: string, status: string) =>
      [...metrics].some(
        ([series, value]) =>
          value === 1 &&
          series.startsWith(`${COMPONENT_METRIC.status}{`) &&
          series.includes(`component="${name}"`) &&
          series.includes(`status="${status}"`)
      );
    return watched.every(({ component, well }) => is(component.name, well));
  };
  const untilWell = () =>
    waitFor(everythingWorks, { timeoutMs: 120_000, everyMs: 250, what: 'every component to be well' });
  const observer = startObserver({
    checks: watched.map(checkOrderOf),
    everyMs: observeEveryMs,
    pids: () => parts.all().map(({ name, server }) => [name, server.pid] as const),
  });
  const samples: ResourceSample[] = [];
  const contradictions: string[] = [];
  let sampling = true;
  try {
    await untilWell();
    const stream = await recordStream(origin);
    await waitFor(() => [...observer.truth.values()].every(({ changes }) => changes.length > 0), {
      timeoutMs: 10_000,
      what: 'the observer to have seen every component',
    });
    const from = Date.now();
    const sampler = (async () => {
      while (sampling) {
        samples.push(await sampleResources(origin, exporter.pid as number));
        contradictions.push(...(await countersFollow(origin)));
        await delay(SAMPLE_EVERY_MS);
      }
    })();
    const plan = planFaults({
      seed,
      servers: world.servers.filter((name) => only?.includes(name) ?? true),
      durationMs,
      meanGapMs,
    });
    tell(`${plan.length} faults follow from the seed ${seed}`);
    const [faults] = await Promise.all([injectFaults(parts, plan, tell), delay(durationMs)]);
    await untilWell();
    const to = Date.now();
    sampling = false;
    await sampler;
    samples.push(await sampleResources(origin, exporter.pid as number));
    const [events, metrics] = [await readEvents(origin), await readMetrics(origin)];
    stream.close();
    contradictions.push(...compareAccounts(events, stream.transitions, statusChanges(metrics)));

    const serversOf = new Map(watched.map(({ component, needed }) => [component.name, needed]));
    const changes = watched.map(({ component: { name }, own }) =>
      changesOf(name, observer.truth.get(name)!, stream.claims.get(name)!, to, (at) => causeOf(faults, own, at))
    );
    const components = watched.map(({ component: { name, interval = '1s' } }, i) => ({
      component: name,
      interval,
      transitions: events.filter(({ component }) => component === name).length,
      ...agreementOf(observer.truth.get(name)!, stream.claims.get(name)!, from, to),
      lags: summarizeLags(changes[i]!),
    }));
    const causeless = unexplained(events, faults, { from, serversOf, graceMs: GRACE_MS });
    const ownWords = ownWordsOf(events);
    const isOwnWord = (event: RingEvent) => ownWords.has(event);
    const sawToo = ({ component, at }: RingEvent) => wasDownAround(observer.truth.get(component), Date.parse(at));
    const isFast = ({ interval }: ComponentReport) => interval === '1s';
    return {
      seed,
      durationMs,
      faults,
      transitions: events.length,
      contradictions,
      unexplained: causeless.filter((event) => !isOwnWord(event) && !sawToo(event)),
      seenToo: causeless.filter((event) => !isOwnWord(event) && sawToo(event)),
      ownWords: causeless.filter(isOwnWord),
      components,
      total: sum(components),
      fast: sum(components.filter(isFast)),
      lags: summarizeLags(changes.filter((_, i) => isFast(components[i]!)).flat()),
      longestSilenceMs: stream.longestSilenceMs,
      ticksMissed: samples.at(-1)?.ticksMissed ?? NaN,
      rss: trendOf(samples, 'rssBytes'),
      heap: trendOf(heapFloor(samples), 'heapBytes'),
      descriptors: trendOf(samples, 'descriptors'),
      samples,
      events,
      verdicts: observer.verdicts,
      changes: changes.flat(),
    };
  } finally {
    sampling = false;
    observer.stop();
    await world.stop();
  }
}

/** During the run: the counters must lie between the ring's contents before and after they are read. */
async function countersFollow(origin: string): Promise<string[]> {
  const before = (await readEvents(origin)).length;
  const counted = [...statusChanges(await readMetrics(origin)).values()].reduce((all, one) => all + one, 0);
  const after = (await readEvents(origin)).length;
  return counted < before || counted > after
    ? [`the counters say ${counted}, the ring ${before} before and ${after} after`]
    : [];
}

/** An interval and a timeout before, and the duration of a check after. */
function wasDownAround(truth: Timeline<boolean> | undefined, at: number): boolean {
  return truth?.spans(at - 2000, at + 1000).some(({ value }) => !value) ?? false;
}

function sum(parts: readonly Agreement[]): Agreement {
  const add = (key: keyof Agreement) => parts.reduce((all, part) => all + part[key], 0);
  return {
    totalMs: add('totalMs'),
    agreeMs: add('agreeMs'),
    unknownMs: add('unknownMs'),
    falseUpMs: add('falseUpMs'),
    falseDownMs: add('falseDownMs'),
  };
}

/** Subjects compared by several benchmarks. */
import { freePort, type RunningServer } from '@onehertz/demo';
import { atMost } from '../buckets';
import type { ObserverCounters, ObserverSettings } from '../programs/observer';
import type { ScrapeDriverSettings } from '../programs/scrape-driver';
import { summarize } from '../summary';
import type { BenchContext } from './bench';
import type { Subject } from './compare';
import { startExporter } from './exporter';
import type { Farm } from './farm';
import { startProgram } from './program';

/** 99th percentile of the start delay of probe groups during the measurement. */
export const LAG_P99 = 'lag p99 ≤ ms';
export const EVERYTHING_ON = 'onehertz, everything on';

/** Number of probes received by the targets so far: the same counter for all subjects. */
type Count = () => Promise<number>;

type Components = readonly Record<string, unknown>[];

/** One component for each of the first origins of a farm. */
export function httpComponents({ origin }: Farm, count: number): Components {
  return Array.from({ length: count }, (_, i) => ({
    name: `service-${i}`,
    probe: 'http',
    url: `${origin(i)}/health`,
  }));
}

type Output = 'metrics' | 'stream' | 'live';

/** This exporter as in production: scraped once a second, one WebSocket client, pushes to Grafana Live. */
export function everythingOn(context: BenchContext, components: Components, count?: Count): Subject {
  return withOutputs(context, EVERYTHING_ON, ['metrics', 'stream', 'live'], components, count);
}

/** This exporter with some of its outputs in use. */
export function withOutputs(
  context: BenchContext,
  name: string,
  outputs: readonly Output[],
  components: Components,
  count?: Count
): Subject {
  return {
    name,
    async start(keep) {
      const port = await freePort();
      const settings: ObserverSettings = { exporter: port, reads: outputs.filter((output) => output !== 'live') };
      const observer = await keep(startProgram<ObserverCounters>({ script: 'observer', place: 'others', settings }));
      const more = outputs.includes('live') ? { grafana_live: { url: observer.url, token: 'of-no-account' } } : {};
      const process = await keep(startExporter(context, { components, more, port }));
      return {
        process,
        probes: count ?? (() => probesOf(process)),
        async figures(): Promise<Record<string, number>> {
          // the figures come with the scrapes
          if (!outputs.includes('metrics')) return {};
          const { startLag, ticksMissed, scrapeMs } = await observer.ask();
          return {
            'ticks missed': ticksMissed,
            'lag p50 ≤ ms': atMost(startLag, 0.5) * 1000,
            [LAG_P99]: atMost(startLag, 0.99) * 1000,
            'lag worst ≤ ms': atMost(startLag, 1) * 1000,
            'scrape ms': summarize(scrapeMs).median,
          };
        },
      };
    },
  };
}

/** This exporter with no output in use: the cost of probes and board alone. */
export function probingOnly(context: BenchContext, components: Components, count?: Count): Subject {
  return {
    name: 'onehertz, probing only',
    async start(keep) {
      const process = await keep(startExporter(context, { components }));
      return { process, probes: count ?? (() => probesOf(process)) };
    },
  };
}

/** One of the bare loops in `bench/src/programs`. */
export function bareLoop(name: string, script: string, settings: Record<string, unknown>, count?: Count): Subject {
  return {
    name,
    async start(keep) {
      const process = await keep(startProgram<{ done: number }>({ script, place: 'measured', settings }));
      return { process, probes: count ?? (async () => (await process.ask()).done) };
    },
  };
}

/** A peer that probes when it is scraped. */
export function scrapedPeer(
  name: string,
  start: () => Promise<RunningServer>,
  driver: Omit<ScrapeDriverSettings, 'origin'>
): Subject {
  return {
    name,
    async start(keep) {
      const process = await keep(start());
      const settings: ScrapeDriverSettings = { origin: process.url, ...driver };
      const scraper = await keep(
        startProgram<{ good: number; bad: number; skipped: number }>({
          script: 'scrape-driver',
          place: 'others',
          settings,
        })
      );
      return { process, probes: async () => (await scraper.ask()).good };
    },
  };
}

async function probesOf({ url }: RunningServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^component_probes_total\{.*result="success".*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0
  );
}

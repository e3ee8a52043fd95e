/** Cost and duration of a scrape of `/metrics`, compared with prom-client with the same series. */
import type { Bench, BenchContext, Goal, ResultTable } from '../harness/bench';
import { compare, type Comparison, type Keep, type Measured, type Subject } from '../harness/compare';
import { startFedExporter } from '../harness/fed-exporter';
import { listOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import { startProgram, type Program } from '../harness/program';
import type { ScraperCounters, ScraperSettings } from '../programs/metrics-scraper';
import { median } from '../summary';

const GZIP = 'onehertz, gzip';
const PLAIN = 'onehertz, plain';
const NOBODY = 'onehertz, not scraped';
const PEER = 'prom-client, plain';
const LATE = 'event loop late at most ms';
const TIME = 'ms per scrape';
const RATE = 'scrapes per second';

export const metrics: Bench = {
  name: 'metrics',
  description: 'a scrape of /metrics: time, CPU and how long the event loop is held up, against prom-client',
  options: [
    listOption('--components <numbers>', 'each with a new result once a second', [50, 500, 5000]),
    ...[roundsOption(3), secondsOption(15), warmUpOption(5)],
  ],
  async run(context) {
    const tables: ResultTable[] = [];
    const goals: Goal[] = [];
    for (const count of context.list('components').map(Number)) {
      const found = await compare(context, `${count} components`, subjects(context, count));
      tables.push(table(count, found));
      const of = (subject: string, figure: string) => found.get(subject)?.figures[figure] ?? NaN;
      goals.push(
        { what: `${count} components: ms per scrape`, limit: 100, measured: of(GZIP, TIME) },
        {
          what: `${count} components: event loop later than without scrapes, ms`,
          limit: 20,
          measured: of(GZIP, LATE) - of(NOBODY, LATE),
        }
      );
    }
    return { tables, goals };
  },
};

function subjects(context: BenchContext, count: number): Subject[] {
  const ours = (name: string, gzip?: boolean): Subject => ({
    name,
    async start(keep) {
      const exporter = await keep(startFedExporter(context, count));
      return gzip === undefined ? measured(exporter) : scraped(keep, exporter, gzip);
    },
  });
  const peer: Subject = {
    name: PEER,
    async start(keep) {
      const model = await keep(startFedExporter(context, count));
      const settings = { like: `${model.url}/metrics` };
      const options = { script: 'prom-client-exporter', place: 'measured', settings } as const;
      const exporter = await keep(startProgram<{ loopLateMs: number }>(options));
      await model.stop();
      return scraped(keep, exporter, false);
    },
  };
  return [ours(GZIP, true), ours(PLAIN, false), ours(NOBODY), peer];
}

type Exporter = Program<{ loopLateMs: number }>;

function measured(process: Exporter): Measured {
  const began = performance.now();
  return {
    process,
    // counts seconds instead of probes: the exporter does other work each second besides the scrape
    probes: () => Promise.resolve((performance.now() - began) / 1000),
    figures: async () => ({ [LATE]: (await process.ask()).loopLateMs }),
  };
}

async function scraped(keep: Keep, exporter: Exporter, gzip: boolean): Promise<Measured> {
  const settings: ScraperSettings = { origin: exporter.url, gzip };
  const scraper = await keep(startProgram<ScraperCounters>({ script: 'metrics-scraper', place: 'others', settings }));
  const rest = measured(exporter);
  let asked = performance.now();
  return {
    ...rest,
    async figures() {
      const { scrapeMs, wireBytes, textBytes, series } = await scraper.ask();
      const seconds = (performance.now() - asked) / 1000;
      asked = performance.now();
      return {
        series,
        'text MB': textBytes / 1e6,
        'wire MB': wireBytes / 1e6,
        // fewer than one per second if scrapes took too long
        [RATE]: scrapeMs.length / seconds,
        [TIME]: median(scrapeMs),
        'worst ms': Math.max(...scrapeMs),
        ...(await rest.figures?.()),
      };
    },
  };
}

function table(count: number, found: ReadonlyMap<string, Comparison>): ResultTable {
  const base = found.get(NOBODY)?.cpuPer1000 ?? NaN;
  /** The peer only serves scrapes. */
  const cost = (subject: string) => {
    const { cpuPer1000 = NaN, figures } = found.get(subject) ?? {};
    return (cpuPer1000 - (subject === PEER ? 0 : base)) / (figures?.[RATE] ?? NaN);
  };
  const columns = Object.keys(found.get(GZIP)?.figures ?? {});
  return {
    title: `${count} components, scraped once a second`,
    rows: [...found].map(([subject, { residentMegabytes, figures }]) => ({
      subject,
      ...Object.fromEntries(columns.map((column) => [column, figures[column]])),
      'CPU ms per scrape': cost(subject),
      [`× ${PEER}`]: cost(subject) / cost(PEER),
      'resident MB': Math.round(residentMegabytes),
    })),
  };
}

/**
 * Load that one shard of a large system causes: on a real Prometheus that scrapes it every second, and on Grafana Live.
 */
import { LIVE_METRIC, SELF_METRIC } from '@onehertz/contract';
import { requireProgram, waitFor, type RunningServer } from '@onehertz/demo';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Bench, BenchContext, ResultTable } from '../harness/bench';
import { startExporter } from '../harness/exporter';
import { startFarm } from '../harness/farm';
import { numberOption, secondsOption } from '../harness/options';
import { pidOf, startPinned } from '../harness/pinned';
import { cpuSeconds, residentBytes } from '../harness/process-usage';

const RULES = join(__dirname, '..', '..', '..', 'provisioning', 'prometheus', 'rules', '*.yml');
/** Scrape intervals in the computed table, in seconds. */
const INTERVALS = [1, 5, 15];
const MONTH_SECONDS = 30 * 86_400;
/** Series dropped by `metric_relabel_configs` in docs/scaling.md. */
const DROPPED =
  /^component_(probe_duration_seconds_bucket|probe_duration_seconds_sum|probe_duration_seconds_count|http_.*)[{ ]/;

export const shard: Bench = {
  name: 'shard',
  description: 'series, bytes and CPU of one shard, and of a Prometheus that scrapes it; many of them computed',
  options: [
    numberOption('--components <n>', 'of the shard', 5000),
    numberOption('--shards <n>', 'for the table that is computed', 20),
    secondsOption(130),
  ],
  async run(context) {
    const components = context.number('components');
    const farm = await context.keep(startFarm());
    const grafana = createServer((request, response) => void request.resume().on('end', () => response.end()));
    grafana.listen(0, '127.0.0.1');
    await once(grafana, 'listening');
    context.defer(() => grafana.close());
    const { port } = grafana.address() as AddressInfo;
    context.progress(`the first round of ${components} components`);
    const exporter = await context.keep(
      startExporter(context, {
        components: Array.from({ length: components }, (_, i) => ({
          name: `service-${i}`,
          probe: 'http',
          url: `${farm.origin(i)}/health`,
        })),
        more: { grafana_live: { url: `http://127.0.0.1:${port}`, token: 'of-no-account' } },
      })
    );
    const tables: ResultTable[] = [];
    const plain = await scraped(context, exporter, false);
    const withRules = await scraped(context, exporter, true);
    const text = await metricsOf(exporter);
    const samples = samplesOf(text);
    const kept = samples.filter((line) => !DROPPED.test(line)).length;
    tables.push(
      {
        title: `One shard of ${components} HTTP components, all on, scraped once a second`,
        rows: [
          {
            series: samples.length,
            'per component': samples.length / components,
            'series if dropped': kept,
            '/metrics MB': Buffer.byteLength(text) / 1e6,
            'gzip MB': gzipSync(text).length / 1e6,
            'Live kB per tick': plain.liveBytesPerTick / 1e3,
            'exporter CPU cores': plain.exporterCores,
            'exporter MB': residentBytes(pidOf(exporter)) / 1e6,
            'ticks missed': sample(text, SELF_METRIC.missed),
          },
        ],
      },
      {
        title: 'The Prometheus that scrapes it',
        rows: [
          { rules: 'none', ...plain.prometheus },
          { rules: 'all, once a second', ...withRules.prometheus },
        ],
      },
      computed(context.number('shards'), components, samples.length, kept, plain.prometheus['chunk bytes per sample'])
    );
    return { tables, packages: ['prometheus'] };
  },
};

/** Runs a Prometheus that scrapes the exporter for a while. */
async function scraped(context: BenchContext, exporter: RunningServer, rules: boolean) {
  const seconds = context.number('seconds');
  context.progress(`Prometheus ${rules ? 'with' : 'without'} rules, ${seconds} s`);
  const config = join(context.directory, `prometheus-${rules}.yml`);
  const data = join(context.directory, `data-${rules}`);
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '950ms', evaluation_interval: '1s' },
      rule_files: rules ? [RULES] : [],
      scrape_configs: [{ job_name: 'onehertz', static_configs: [{ targets: [new URL(exporter.url).host] }] }],
    })
  );
  const prometheus = await startPinned({
    name: 'prometheus',
    place: 'others',
    program: requireProgram('prometheus'),
    args: (port) => [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-admin-api',
    ],
    readyPath: '/-/ready',
  });
  try {
    await waitFor(async () => sample(await metricsOf(prometheus), 'prometheus_tsdb_head_series') > 1000, {
      timeoutMs: 60_000,
      what: 'the first scrape',
    });
    const [ours, theirs] = [exporter, prometheus].map((server) => ({ pid: pidOf(server), server }));
    const before = await look(ours!.server, theirs!.server);
    const cpu = [ours, theirs].map((one) => cpuSeconds(one!.pid));
    await delay(seconds * 1000);
    const used = [ours, theirs].map((one, i) => cpuSeconds(one!.pid) - cpu[i]!);
    const after = await look(ours!.server, theirs!.server);
    const passed = (after.at - before.at) / 1000;
    return {
      exporterCores: used[0]! / passed,
      liveBytesPerTick: (after.liveBytes - before.liveBytes) / (after.ticks - before.ticks),
      prometheus: {
        'samples/s': (after.samples - before.samples) / passed,
        'active series': after.series,
        'CPU cores': used[1]! / passed,
        'resident MB': residentBytes(theirs!.pid) / 1e6,
        'chunk bytes per sample': await bytesPerSample(prometheus, data),
        'evaluation s, all rules': after.evaluationSeconds,
      },
    };
  } finally {
    await prometheus.stop();
  }
}

async function look(exporter: RunningServer, prometheus: RunningServer) {
  const [ours, theirs] = await Promise.all([metricsOf(exporter), metricsOf(prometheus)]);
  return {
    at: Date.now(),
    liveBytes: sample(ours, LIVE_METRIC.bytes),
    ticks: sample(ours, SELF_METRIC.ticks),
    samples: total(theirs, 'prometheus_tsdb_head_samples_appended_total'),
    series: sample(theirs, 'prometheus_tsdb_head_series'),
    evaluationSeconds: total(theirs, 'prometheus_rule_group_last_duration_seconds'),
  };
}

/** Writes the samples in memory as a block. The index is excluded, because a block of two hours also has only one. */
async function bytesPerSample(prometheus: RunningServer, data: string): Promise<number> {
  const response = await fetch(`${prometheus.url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' });
  const { data: answer } = (await response.json()) as { data: { name: string } };
  const blocks = join(data, 'snapshots', answer.name);
  let bytes = 0;
  let samples = 0;
  for (const block of readdirSync(blocks)) {
    const chunks = join(blocks, block, 'chunks');
    for (const file of readdirSync(chunks)) bytes += statSync(join(chunks, file)).size;
    const meta = JSON.parse(readFileSync(join(blocks, block, 'meta.json'), 'utf8')) as {
      stats: { numSamples: number };
    };
    samples += meta.stats.numSamples;
  }
  return bytes / samples;
}

/** Totals for the whole system, computed from the measurements of one shard. */
function computed(shards: number, components: number, series: number, kept: number, bytes: number): ResultTable {
  const rows = INTERVALS.flatMap((interval) =>
    [series, kept].map((each, i) => ({
      'scrape interval': `${interval} s`,
      series: i === 0 ? 'all' : 'without histograms and details',
      'active series, million': (each * shards) / 1e6,
      'samples/s, million': (each * shards) / interval / 1e6,
      'disk of 30 days, TB': ((each * shards) / interval) * MONTH_SECONDS * (bytes / 1e12),
    }))
  );
  return { title: `Computed: ${shards} such shards, ${shards * components} components`, rows };
}

async function metricsOf({ url }: RunningServer): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

const samplesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

function sample(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

/** The sum of all samples of a metric with labels. */
function total(text: string, name: string): number {
  return samplesOf(text)
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Watches a running exporter: probes per component, number and size of snapshots, memory. */
import { SELF_METRIC, STREAM_EVENT, STREAM_PATH } from '@onehertz/contract';
import { Option } from 'commander';
import WebSocket from 'ws';
import type { Bench, BenchContext, Results } from '../harness/bench';
import { secondsOption } from '../harness/options';
import { summarize } from '../summary';

export const minute: Bench = {
  name: 'minute',
  description: 'an exporter that runs already: probes per component, snapshots and their size, memory',
  options: [new Option('--address <url>', 'where it listens').default('http://127.0.0.1:10111'), secondsOption(60)],
  byName: true,
  run,
};

interface ComponentReport {
  status: string;
  interval_seconds: number;
  probes: Record<string, number>;
}

async function run(context: BenchContext): Promise<Results> {
  const [origin, seconds] = [context.text('address'), context.number('seconds')];
  const sizes: number[] = [];
  const gaps: number[] = [];
  let last: number | undefined;
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${STREAM_PATH}?events=${STREAM_EVENT.snapshot}`);
  context.defer(() => socket.terminate());
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  const missedBefore = await metric(origin, SELF_METRIC.missed);
  const before = await componentsOf(origin);
  socket.on('message', (data: Buffer) => {
    const now = performance.now();
    sizes.push(data.length);
    if (last !== undefined) gaps.push(now - last);
    last = now;
  });
  context.progress(`watching ${origin} for ${seconds} s`);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await componentsOf(origin);
  const gap = summarize(gaps);
  return {
    tables: [
      {
        title: 'Components',
        rows: Object.entries(after).map(([component, { status, interval_seconds, probes }]) => ({
          component,
          status,
          'interval s': interval_seconds,
          [`probes in ${seconds} s`]: total(probes) - total(before[component]?.probes),
        })),
      },
      {
        title: 'The exporter',
        rows: [
          {
            snapshots: sizes.length,
            'bytes, median': summarize(sizes).median,
            'bytes, largest': summarize(sizes).worst,
            'ms between them, median': gap.median,
            'ms, p99': gap.p99,
            'ms, worst': gap.worst,
            'ticks missed': (await metric(origin, SELF_METRIC.missed)) - missedBefore,
            'resident MB': (await metric(origin, 'process_resident_memory_bytes')) / 1e6,
          },
        ],
      },
    ],
  };
}

async function componentsOf(origin: string): Promise<Record<string, ComponentReport>> {
  const answer = (await (await fetch(`${origin}/api/v1/components`)).json()) as {
    components: Record<string, ComponentReport>;
  };
  return answer.components;
}

async function metric(origin: string, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

const total = (probes: Record<string, number> = {}) => Object.values(probes).reduce((sum, n) => sum + n, 0);

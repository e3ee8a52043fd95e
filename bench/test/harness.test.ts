/** Checks the measuring tools themselves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Histogram, Registry } from 'prom-client';
import { atMost, bucketsSince, readBuckets } from '../src/buckets';
import type { Bench } from '../src/harness/bench';
import { cpuSeconds, residentBytes } from '../src/harness/process-usage';
import { toCell } from '../src/harness/report';
import { runBench } from '../src/harness/run';
import { median, summarize } from '../src/summary';

const never = new Promise<never>(() => undefined);

describe('statistics', () => {
  it('computes the median, or the mean of the two middle values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it('computes percentiles of unordered values', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(summarize(values)).toEqual({ median: 50.5, p95: 96, p99: 100, worst: 100 });
  });

  it('computes from a histogram an upper bound for a share of the observations', async () => {
    const registry = new Registry();
    const lag = new Histogram({
      name: 'lag_seconds',
      help: 'of ticks',
      buckets: [0.001, 0.01, 0.1],
      registers: [registry],
    });
    const read = async () => readBuckets(await registry.metrics(), 'lag_seconds');
    lag.observe(50);
    const before = await read();
    expect(atMost(before, 0.5)).toBe(Infinity);
    for (let i = 0; i < 98; i++) lag.observe(0.0005);
    lag.observe(0.01);
    lag.observe(0.09);
    const between = bucketsSince(before, await read());
    expect([0.5, 0.98, 0.99, 1].map((share) => atMost(between, share))).toEqual([0.001, 0.001, 0.01, 0.1]);
    expect(atMost(bucketsSince([], []), 0.5)).toBeNaN();
    expect(readBuckets('', 'lag_seconds')).toEqual([]);
  });

  it('writes three significant digits', () => {
    expect([1234567, 1234.5, 12.345, 0.0012345, NaN, undefined, 'word'].map(toCell)).toEqual([
      '1,234,567',
      '1,235',
      '12.3',
      '0.00123',
      '–',
      '',
      'word',
    ]);
  });
});

describe('process usage', () => {
  it('equals the CPU time and memory that the process reports itself', async () => {
    // with an ended thread, and more memory than Node needs
    const script = `
      const { Worker } = require('node:worker_threads');
      const burn = (ms) => { const begin = process.cpuUsage().user; while (process.cpuUsage().user - begin < ms * 1000) for (let i = 0; i < 1e6; i++); };
      const memory = Buffer.alloc(100e6, 1);
      new Worker('(' + burn + ')(200)', { eval: true }).on('exit', () => {
        burn(200);
        const { user, system } = process.cpuUsage();
        console.log(JSON.stringify({ cpu: (user + system) / 1e6, rss: process.memoryUsage.rss(), size: memory.length }));
        setInterval(() => undefined, 1e6);
      });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const own = JSON.parse(line) as { cpu: number; rss: number };
      const pid = child.pid!;
      expect(own.cpu).toBeGreaterThan(0.4);
      expect(Math.abs(cpuSeconds(pid) - own.cpu)).toBeLessThan(0.05);
      expect(Math.abs(residentBytes(pid) - own.rss)).toBeLessThan(20e6);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a run', () => {
  const bench = (run: Bench['run']): Bench => ({ name: 'test', description: '', run });

  it('passes options by name, and cleans up in reverse order', async () => {
    const order: string[] = [];
    let directory = '';
    const results = await runBench(
      bench(async (context) => {
        directory = context.directory;
        context.defer(() => order.push('first'));
        await context.keep(Promise.resolve({ stop: () => order.push('second') }));
        expect([context.number('warm-up'), context.list('rates')]).toEqual([5, ['1', '2']]);
        expect(existsSync(directory)).toBe(true);
        return { tables: [] };
      }),
      { warmUp: 5, rates: ['1', '2'] },
      never
    );
    expect(results).toEqual({ tables: [] });
    expect(order).toEqual(['second', 'first']);
    expect(existsSync(directory)).toBe(false);
  });

  it('cleans up after a failure and after an interruption', async () => {
    const cleaned: string[] = [];
    const failing = bench((context) => {
      context.defer(() => cleaned.push('failed'));
      throw new Error('no such peer');
    });
    const waiting = bench((context) => {
      context.defer(() => cleaned.push('interrupted'));
      return never;
    });
    await expect(runBench(failing, {}, never)).rejects.toThrow('no such peer');
    await expect(runBench(waiting, {}, Promise.reject(new Error('SIGINT')))).rejects.toThrow('SIGINT');
    expect(cleaned).toEqual(['failed', 'interrupted']);
  });
});

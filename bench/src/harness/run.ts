/** Runs one benchmark and cleans up after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchContext, Results } from './bench';

/**
 * @param options values of the benchmark's own options, by camel-case name as in commander
 * @param interrupted rejects when the user interrupts the benchmark
 */
export async function runBench(
  bench: Bench,
  options: Record<string, unknown>,
  interrupted: Promise<never>
): Promise<Results> {
  const cleaning: (() => unknown)[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-bench-'));
  cleaning.push(() => rmSync(directory, { recursive: true, force: true }));
  // keeps the event loop alive: child processes and their pipes are unreferenced
  const alive = setInterval(() => undefined, 1000);
  cleaning.push(() => clearInterval(alive));
  const value = (name: string) => options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  const context: BenchContext = {
    directory,
    number: (name) => Number(value(name)),
    text: (name) => String(value(name)),
    list: (name) => value(name) as string[],
    progress: (text) => progress(`${bench.name}: ${text}`),
    defer: (clean) => void cleaning.push(clean),
    async keep(starting) {
      const started = await starting;
      cleaning.push(() => started.stop());
      return started;
    },
  };
  try {
    return await Promise.race([bench.run(context), interrupted]);
  } finally {
    progress('');
    for (const clean of cleaning.reverse()) await Promise.resolve(clean()).catch(warn);
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

function warn(error: unknown): void {
  process.stderr.write(`while cleaning up: ${(error as Error).message}\n`);
}

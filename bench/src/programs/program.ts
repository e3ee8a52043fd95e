/** Shared by the benchmarks' own programs: settings from the command line, and counters on request. */

import { readFileSync } from 'node:fs';

/** The settings passed by {@link startProgram}. */
export function settings<T>(): T {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as T;
}

/** Writes a line that {@link startProgram} waits for. */
export function ready(): void {
  process.stdout.write('ready\n');
}

/** Writes the current counters on SIGUSR2; an HTTP server would disturb a program that does nothing else. */
export function answerWith(counters: () => Record<string, unknown>): void {
  process.on('SIGUSR2', () => process.stdout.write(`counters ${JSON.stringify(counters())}\n`));
}

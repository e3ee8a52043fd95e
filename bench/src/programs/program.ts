/** What the benchmarks' own programs share: settings from the command line, and counters for who asks. */

import { readFileSync } from 'node:fs';

/** The settings that {@link startProgram} gave, as they were. */
export function settings<T>(): T {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as T;
}

/** Writes a line that {@link startProgram} waits for. */
export function ready(): void {
  process.stdout.write('ready\n');
}

/** Answers SIGUSR2 with the counters of this moment: a program that does nothing else would be disturbed by a server. */
export function answerWith(counters: () => Record<string, unknown>): void {
  process.on('SIGUSR2', () => process.stdout.write(`counters ${JSON.stringify(counters())}\n`));
}

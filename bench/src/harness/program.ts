/** Starts the benchmarks' own programs (`bench/src/programs`), and reads their counters. */
import type { RunningServer } from '@onehertz/demo';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pidOf, programPath, startPinned, type Place } from './pinned';

export interface Program<Counters> extends RunningServer {
  /** Reads its current counters. */
  ask(): Promise<Counters>;
}

export interface ProgramOptions {
  /** `bench/src/programs/<script>.ts` */
  script: string;
  place: Place;
  /** The value returned by its `settings()`; its port is added as `port`. */
  settings?: object;
  nodeArgs?: readonly string[];
}

const ANSWER_MS = 10_000;

export async function startProgram<Counters>(options: ProgramOptions): Promise<Program<Counters>> {
  const { script, place, settings, nodeArgs = [] } = options;
  // in a file, because thousands of targets are too long for a command line
  const file = join(mkdtempSync(join(tmpdir(), 'onehertz-bench-')), 'settings.json');
  const lines = new EventEmitter();
  const server = await startPinned({
    name: script,
    place,
    program: process.execPath,
    args(port) {
      writeFileSync(file, JSON.stringify({ ...settings, port }));
      return [...nodeArgs, programPath(script), file];
    },
    readyLine: 'ready',
    onLine: (line) => line.startsWith('counters ') && lines.emit('counters', line.slice('counters '.length)),
  }).finally(() => rmSync(dirname(file), { recursive: true }));
  return Object.assign(Object.create(server) as RunningServer, {
    async ask() {
      const answer = once(lines, 'counters', { signal: AbortSignal.timeout(ANSWER_MS) });
      process.kill(pidOf(server), 'SIGUSR2');
      const [text] = (await answer) as [string];
      return JSON.parse(text) as Counters;
    },
  });
}

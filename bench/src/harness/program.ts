/** Starts the benchmarks' own programs (`bench/src/programs`), and asks them for their counters. */
import { EventEmitter, once } from 'node:events';
import type { RunningServer } from '@onehertz/demo';
import { pidOf, programPath, startPinned, type Place } from './pinned';

export interface Program<Counters> extends RunningServer {
  /** Its counters at this moment. */
  ask(): Promise<Counters>;
}

export interface ProgramOptions {
  /** `bench/src/programs/<script>.ts` */
  script: string;
  place: Place;
  /** What its `settings()` returns; the port it may listen at is added as `port`. */
  settings?: object;
  nodeArgs?: readonly string[];
}

const ANSWER_MS = 10_000;

export async function startProgram<Counters>(options: ProgramOptions): Promise<Program<Counters>> {
  const { script, place, settings, nodeArgs = [] } = options;
  const lines = new EventEmitter();
  const server = await startPinned({
    name: script,
    place,
    program: process.execPath,
    args: (port) => [...nodeArgs, programPath(script), JSON.stringify({ ...settings, port })],
    readyLine: 'ready',
    onLine: (line) => line.startsWith('counters ') && lines.emit('counters', line.slice('counters '.length)),
  });
  return Object.assign(Object.create(server) as RunningServer, {
    async ask() {
      const answer = once(lines, 'counters', { signal: AbortSignal.timeout(ANSWER_MS) });
      process.kill(pidOf(server), 'SIGUSR2');
      const [text] = (await answer) as [string];
      return JSON.parse(text) as Counters;
    },
  });
}

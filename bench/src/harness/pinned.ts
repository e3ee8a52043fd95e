/** Pins programs to cores: the measured program alone on the first core, everything else on the others. */
import { freePort, isHttpOk, placeFor, requireProgram, startServer, type RunningServer } from '@onehertz/demo';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** `measured`: the first core, exclusively. `others`: the remaining cores. */
export type Place = 'measured' | 'others';

export interface PinnedOptions {
  name: string;
  place: Place;
  program: string;
  /** May be a function of the port to listen on. */
  args: string[] | ((port: number) => string[]);
  env?: NodeJS.ProcessEnv | ((port: number) => NodeJS.ProcessEnv);
  /** Default: a free one. */
  port?: number;
  /** Ready when this path responds with 2xx; if absent, as soon as it runs or has written {@link readyLine}. */
  readyPath?: string;
  readyLine?: string;
  readyTimeoutMs?: number;
  /** Called with every line of output. */
  onLine?: (line: string) => void;
}

/** A machine with one core can measure too, with less accuracy. */
function coresOf(place: Place, cores = cpus().length): string {
  if (place === 'measured' || cores < 2) return '0';
  return cores === 2 ? '1' : `1-${cores - 1}`;
}

/** Starts a program on its cores. */
export async function startPinned(options: PinnedOptions): Promise<RunningServer> {
  const { name, place, program, args, env, readyPath, readyLine, readyTimeoutMs } = options;
  const where = await placeFor(name, { port: options.port ?? (await freePort()) });
  const url = `http://127.0.0.1:${where.port}`;
  const at = <T>(value: T | ((port: number) => T)) =>
    typeof value === 'function' ? (value as (port: number) => T)(where.port) : value;
  const command = {
    program: requireProgram('taskset'),
    args: ['-c', coresOf(place), program, ...at(args)],
    env: at(env),
    cwd: where.directory,
  };
  return startServer(
    {
      name,
      commands: [command],
      url,
      readyTimeoutMs,
      ready(output) {
        if (readyPath !== undefined) return isHttpOk(new URL(readyPath, url).href);
        return readyLine === undefined || output.includes(readyLine);
      },
    },
    where,
    options.onLine
  );
}

/** The process to measure: taskset replaces itself by the program. @throws Error if it has ended */
export function pidOf(server: RunningServer): number {
  if (server.pid === undefined) throw new Error(`${server.name} has ended by itself:\n${server.output()}`);
  return server.pid;
}

/** Path of one of the benchmarks' own programs, `bench/src/programs/<name>.ts`. */
export function programPath(name: string): string {
  return join(__dirname, '..', 'programs', `${name}.js`);
}

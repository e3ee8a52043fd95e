/** Common to all servers: a folder, a port, and processes that can be started, killed, frozen and restarted. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutputTail, startChild, type Child, type Command } from './child';
import { freePort, isFree } from './free-port';
import { GiveUp, waitFor } from './wait-for';

export interface RunningServer {
  /** E.g. `redis`. */
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  /** URL for clients, including credentials. */
  readonly url: string;
  /** Pid of its main process; `undefined` while it is not running. */
  readonly pid: number | undefined;
  /** Sends SIGKILL to all of its processes; resolves when they have ended. */
  kill(): Promise<void>;
  /** Sends SIGSTOP to all of its processes: TCP connections are still accepted, but not served. */
  freeze(): void;
  /** Sends SIGCONT: undoes `freeze`. */
  resume(): void;
  /**
   * Starts it (again) on the same port with the same data; resolves when it is ready. Kills it first if it is running.
   */
  restart(): Promise<void>;
  /** Stops it (gracefully, with SIGKILL after 2 s) and removes its temporary folder. Idempotent. */
  stop(): Promise<void>;
  /** The last 200 lines of stdout and stderr. */
  output(): string;
}

/** Options of every start function. */
export interface ServerOptions {
  /** Default: a free one. */
  port?: number;
  /** Folder for its data; default: a new temporary one. `stop` removes it in both cases. */
  directory?: string;
  /** Called with every line of output. */
  onLine?: (line: string) => void;
}

/** How to run a server; functions are called for each start. */
export interface ServerRecipe {
  name: string;
  /** The commands of its processes in start order; the last one is the main process. */
  commands: Command[];
  url: string;
  /** Throws or returns a falsy value while it is not ready. `output`: its output since this start. */
  ready(output: string): unknown;
  /** Time limit for the start, in milliseconds. */
  readyTimeoutMs?: number;
  /** Signal that stops its main process gracefully. */
  stopSignal?: NodeJS.Signals;
  /** Removes what it leaves outside its folder when killed; called when all its processes have ended. */
  cleanUp?(): void;
}

const STOP_GRACE_MS = 2000;

/** Folder and port of a server. */
export interface ServerPlace {
  directory: string;
  port: number;
}

/** Uses the folder and port from the options, or new ones. @throws Error if the port is in use */
export async function placeFor(name: string, options: ServerOptions): Promise<ServerPlace> {
  // Otherwise another server on this port would be mistaken for the started one.
  if (options.port !== undefined && !(await isFree(options.port)))
    throw new Error(`${name} cannot listen on 127.0.0.1:${options.port}: the port is taken; choose another one`);
  const port = options.port ?? (await freePort());
  if (options.directory === undefined) return { port, directory: mkdtempSync(join(tmpdir(), `onehertz-${name}-`)) };
  mkdirSync(options.directory, { recursive: true });
  return { port, directory: options.directory };
}

/**
 * Starts a server and resolves when it is ready.
 * @throws Error with the end of its output if it ends or is not ready in time; everything is cleaned up then
 */
export async function startServer(
  recipe: ServerRecipe,
  { port, directory }: ServerPlace,
  onLine?: (line: string) => void
): Promise<RunningServer> {
  const { name, commands, ready, readyTimeoutMs = 30_000, stopSignal = 'SIGTERM' } = recipe;
  let sinceStart = '';
  let starting = false;
  const output = createOutputTail((line) => {
    if (starting) sinceStart += `${line}\n`;
    onLine?.(line);
  });
  let children: Child[] = [];
  let stopped: Promise<void> | undefined;
  let frozen = false;

  const main = () => (children.length === commands.length ? children.at(-1) : undefined);
  const runs = () => main() !== undefined && main()?.endedHow === undefined;

  async function kill(): Promise<void> {
    await Promise.all(children.map((child) => child.kill()));
    children = [];
  }

  async function start(): Promise<void> {
    if (!existsSync(directory)) throw new Error(`${name} was stopped for good; start a new one`);
    sinceStart = '';
    starting = true;
    frozen = false;
    try {
      for (const command of commands) children.push(await startChild(command, output));
      await waitFor(
        () => {
          const dead = children.find((child) => child.endedHow !== undefined);
          if (dead) throw new GiveUp(`it ended by itself (${dead.endedHow})`);
          return ready(sinceStart);
        },
        { timeoutMs: readyTimeoutMs, what: `${name} to be ready` }
      );
    } catch (error) {
      await kill();
      const tail = output.text().split('\n').slice(-30).join('\n');
      throw new Error(`${name} did not start: ${(error as Error).message}\n${tail}`, { cause: error });
    } finally {
      starting = false;
    }
  }

  async function end(): Promise<void> {
    if (runs()) {
      // finding all of its processes is expensive; usually none is stopped, or only the main one
      if (frozen) children.forEach((child) => child.signalAll('SIGCONT'));
      main()?.signal('SIGCONT');
      main()?.signal(stopSignal);
      const deadline = performance.now() + STOP_GRACE_MS;
      // without an exception: it is killed below
      await waitFor(() => main()?.alive() !== true || performance.now() > deadline, {
        timeoutMs: 2 * STOP_GRACE_MS,
        what: `the end of ${name}`,
      });
    }
    await kill();
    remove();
  }

  function remove(): void {
    recipe.cleanUp?.();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await start();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    name,
    host: '127.0.0.1',
    port,
    url: recipe.url,
    get pid() {
      return runs() ? main()?.pid : undefined;
    },
    kill,
    freeze() {
      frozen = true;
      children.forEach((child) => child.signalAll('SIGSTOP'));
    },
    resume() {
      frozen = false;
      children.forEach((child) => child.signalAll('SIGCONT'));
    },
    async restart() {
      await kill();
      await start();
    },
    stop: () => (stopped ??= end()),
    output: () => output.text(),
  };
}

/** `server` with additional properties; spreading would copy the current value of `pid`. */
export function withProperties<T extends object>(server: RunningServer, extra: T): RunningServer & T {
  return Object.defineProperties({} as RunningServer & T, {
    ...Object.getOwnPropertyDescriptors(server),
    ...Object.getOwnPropertyDescriptors(extra),
  });
}

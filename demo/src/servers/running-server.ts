/** What all servers have in common: a folder, a port, processes that are started, killed, frozen and started again. */
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
  /** What a client connects to, credentials included. */
  readonly url: string;
  /** Of its main process; `undefined` while it does not run. */
  readonly pid: number | undefined;
  /** SIGKILL to every process of it, descendants included; resolves when they are gone. */
  kill(): Promise<void>;
  /** SIGSTOP to every process of it: it still accepts TCP connections, and answers nothing. */
  freeze(): void;
  /** SIGCONT: undoes `freeze`. */
  resume(): void;
  /** Starts it (again) on the same port with the same data; resolves when it is ready. Kills it first if it still runs. */
  restart(): Promise<void>;
  /** Ends it for good (asks, and kills after 2 s) and removes its temporary folder. May be called more than once. */
  stop(): Promise<void>;
  /** The last 200 lines that it wrote to stdout and stderr. */
  output(): string;
}

/** What every start function takes. */
export interface ServerOptions {
  /** Default: a free one. */
  port?: number;
  /** Folder for its data; default: a new temporary one. It is removed by `stop` in both cases. */
  directory?: string;
  /** Told of every line that it writes. */
  onLine?: (line: string) => void;
}

/** What a server must know to be run; all functions are called anew for each start. */
export interface ServerRecipe {
  name: string;
  /** The commands of its processes in the order of their start; the last one is the main process. */
  commands: Command[];
  url: string;
  /** Throws or gives something falsy while it is not ready. `output`: what it wrote since this start. */
  ready(output: string): unknown;
  /** Limit for its start, in milliseconds. */
  readyTimeoutMs?: number;
  /** What asks its main process to end. */
  stopSignal?: NodeJS.Signals;
  /** Removes what it leaves outside its folder when it is killed; called when all its processes are gone. */
  cleanUp?(): void;
}

const STOP_GRACE_MS = 2000;

/** A folder and a port for a server that is about to be started. */
export interface ServerPlace {
  directory: string;
  port: number;
}

/** Takes the folder and port that the options give, or makes new ones. @throws Error when the port is taken */
export async function placeFor(name: string, options: ServerOptions): Promise<ServerPlace> {
  // Or the one that listens there would be taken for the one that is started.
  if (options.port !== undefined && !(await isFree(options.port)))
    throw new Error(`${name} cannot listen on 127.0.0.1:${options.port}: the port is taken; choose another one`);
  const port = options.port ?? (await freePort());
  if (options.directory === undefined) return { port, directory: mkdtempSync(join(tmpdir(), `onehertz-${name}-`)) };
  mkdirSync(options.directory, { recursive: true });
  return { port, directory: options.directory };
}

/**
 * Starts a server and resolves when it is ready.
 * @throws Error with the end of its output when it ends, or is not ready in time; nothing is left behind then
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
      // to find all of its processes costs some; most often none is stopped, or the main one only
      if (frozen) children.forEach((child) => child.signalAll('SIGCONT'));
      main()?.signal('SIGCONT');
      main()?.signal(stopSignal);
      const deadline = performance.now() + STOP_GRACE_MS;
      // without a throw: that it does not end by itself is no error
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

/** `server` with further properties; a plain spread would freeze its `pid` at what it is now. */
export function withProperties<T extends object>(server: RunningServer, extra: T): RunningServer & T {
  return Object.defineProperties({} as RunningServer & T, {
    ...Object.getOwnPropertyDescriptors(server),
    ...Object.getOwnPropertyDescriptors(extra),
  });
}

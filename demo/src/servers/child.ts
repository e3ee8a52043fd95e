/** A child process that ends with this one, with its output and its descendants. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { processTree } from './process-tree';
import { findProgram } from './programs';
import { waitFor } from './wait-for';

const OUTPUT_LINES = 200;

export interface Command {
  program: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Numeric user and group to run as, for programs that cannot run as root. */
  user?: { uid: number; gid: number };
}

export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended, to how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** How it ended; `undefined` while it runs. */
  readonly endedHow: string | undefined;
  signal(signal: NodeJS.Signals): void;
  signalAll(signal: NodeJS.Signals): void;
  alive(): boolean;
  /** Sends SIGKILL to it and its descendants; resolves when they have ended. */
  kill(): Promise<void>;
}

/** The last lines of output of one or more children. */
export interface OutputTail {
  add(chunk: string): void;
  text(): string;
}

/** @param onLine called with every line */
export function createOutputTail(onLine: (line: string) => void = () => undefined): OutputTail {
  let lines: string[] = [];
  let open = '';
  return {
    add(chunk) {
      const parts = (open + chunk).split('\n');
      open = parts.pop() ?? '';
      parts.forEach(onLine);
      lines = [...lines, ...parts].slice(-OUTPUT_LINES);
    },
    text: () => [...lines, ...(open === '' ? [] : [open])].slice(-OUTPUT_LINES).join('\n'),
  };
}

/**
 * Starts a program that ends with this process in any case (if `setpriv` of util-linux is installed).
 * @throws Error if it cannot be started
 */
export function startChild(command: Command, output: OutputTail): Promise<Child> {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  const [program, args] = setpriv
    ? [setpriv, ['--pdeathsig', 'KILL', command.program, ...command.args]]
    : [command.program, command.args];
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // its own session: signals reach all of its processes, and a Ctrl-C in the terminal does not
    detached: true,
    ...command.user,
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));

  // A server that was not stopped must not prevent this process (a test run) from ending.
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) (pipe as Socket).unref();

  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command.program} cannot be started: ${error.message}`)));
    child.once('spawn', () => {
      const pid = child.pid as number;
      const tree = processTree(pid);
      let endedHow: string | undefined;
      const onExit = () => tree.killAll();
      process.setMaxListeners(Math.max(process.getMaxListeners(), 100));
      process.once('exit', onExit);
      const ended = new Promise<string>((resolveEnded) => {
        child.once('exit', (code, signal) => {
          endedHow = signal ?? `exit code ${code}`;
          process.removeListener('exit', onExit);
          resolveEnded(endedHow);
        });
      });
      resolve({
        pid,
        ended,
        get endedHow() {
          return endedHow;
        },
        signal: (signal) => void child.kill(signal),
        signalAll: (signal) => tree.signalAll(signal),
        alive: () => tree.alive(),
        async kill() {
          if (endedHow !== undefined && !tree.alive()) return;
          tree.killAll();
          await waitFor(() => endedHow !== undefined && !tree.alive(), {
            timeoutMs: 10_000,
            what: `the end of ${command.program} (pid ${pid})`,
          });
        },
      });
    });
  });
}

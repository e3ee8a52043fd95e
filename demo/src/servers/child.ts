/** One child process that is tied to this one, with its output and everything that it starts. */
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
  /** Numeric user and group to run as, for programs that refuse root. */
  user?: { uid: number; gid: number };
}

export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended, to a word on how: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** How it ended; `undefined` while it runs. */
  readonly endedHow: string | undefined;
  signal(signal: NodeJS.Signals): void;
  signalAll(signal: NodeJS.Signals): void;
  alive(): boolean;
  /** SIGKILL to it and its descendants; resolves when they are gone. */
  kill(): Promise<void>;
}

/** The last lines of what one or more children write. */
export interface OutputTail {
  add(chunk: string): void;
  text(): string;
}

/** @param onLine is told every line as it comes */
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
 * Starts a program that dies with this process, however this process ends (where `setpriv` of util-linux is at hand).
 * @throws Error when it cannot be started at all
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
    // a session of its own: signals reach all of it, and a Ctrl-C in the terminal does not
    detached: true,
    ...command.user,
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => output.add(chunk));

  // A server that nobody stopped must not keep this process (a test run) from ending: it dies with it.
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

/** Starts the observer's process and records its messages. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Timeline } from '../timeline';
import type { CheckOrder, ToObserver, Verdict } from './messages';

export interface Observer {
  /** Whether each component works, over time. */
  readonly truth: ReadonlyMap<string, Timeline<boolean>>;
  /** In the order of arrival. */
  readonly verdicts: readonly Verdict[];
  stop(): void;
}

export interface ObserverOptions {
  checks: CheckOrder[];
  /** Pause between two checks, in milliseconds; a pending request is not repeated. */
  everyMs: number;
  /** The current process of each server. */
  pids(): Iterable<readonly [server: string, pid: number | undefined]>;
}

/** How often to check for a new process of a server, which may respond soon after its start. */
const PIDS_EVERY_MS = 10;
const PROGRAM = join(__dirname, '..', '..', 'dist', 'observer', 'main.js');

export function startObserver({ checks, everyMs, pids }: ObserverOptions): Observer {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: npm run build`);
  const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const tell = (message: ToObserver) => void (child.connected && child.send(message));
  const truth = new Map(checks.map(({ component }) => [component, new Timeline<boolean>()]));
  const verdicts: Verdict[] = [];
  child.on('message', (verdict: Verdict) => {
    verdicts.push(verdict);
    truth.get(verdict.component)?.set(verdict.at, verdict.up);
  });
  const known = new Map<string, number | undefined>();
  const look = () => {
    for (const [server, pid] of pids()) {
      if (known.has(server) && known.get(server) === pid) continue;
      known.set(server, pid);
      tell({ kind: 'process', server, pid });
    }
  };
  look();
  tell({ kind: 'begin', checks, everyMs });
  const timer = setInterval(look, PIDS_EVERY_MS);
  return {
    truth,
    verdicts,
    stop() {
      clearInterval(timer);
      child.kill('SIGKILL');
    },
  };
}

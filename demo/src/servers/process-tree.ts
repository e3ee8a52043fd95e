/** Finds and signals a process with everything that it started; reads Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessInfo {
  pid: number;
  parent: number;
  session: number;
  /** Clock ticks since boot at which it began: with the pid it names a process for good, though pids are used again. */
  startedAt: string;
}

/** A process and its descendants, found again each time it is asked. */
export interface ProcessTree {
  /** Sends `signal` to every process of the tree that lives. */
  signalAll(signal: NodeJS.Signals): void;
  /** Stops every process first, so that none can start another one unseen, and kills them all then. */
  killAll(): void;
  /** Whether a process that was ever seen in this tree still lives. */
  alive(): boolean;
}

/** @param root pid of a process that leads a session of its own (`detached: true`) */
export function processTree(root: number): ProcessTree {
  // what was seen once stays known: when the root dies its children get another parent
  const known = new Map<number, ProcessInfo>();
  const rootInfo = readProcess(root);
  if (rootInfo) known.set(root, rootInfo);

  function look(): ProcessInfo[] {
    const all = new Map(readProcesses().map((info) => [info.pid, info]));
    for (const [pid, { startedAt }] of known) if (all.get(pid)?.startedAt !== startedAt) known.delete(pid);
    for (let grown = true; grown;) {
      grown = false;
      for (const info of all.values()) {
        if (known.has(info.pid) || !(known.has(info.parent) || info.session === root)) continue;
        known.set(info.pid, info);
        grown = true;
      }
    }
    return [...known.values()];
  }

  function signalAll(signal: NodeJS.Signals): void {
    for (const { pid } of look()) send(pid, signal);
  }

  /** Until no new process appears: one that runs can fork between our look and our signal. */
  function stopAll(): void {
    let before = -1;
    for (let round = 0; round < 10 && known.size !== before; round++) {
      before = known.size;
      signalAll('SIGSTOP');
    }
  }

  return {
    signalAll: (signal) => (signal === 'SIGSTOP' ? stopAll() : signalAll(signal)),
    killAll() {
      stopAll();
      signalAll('SIGKILL');
    },
    // looking through all of /proc costs too much to be done again and again while one that is known lives
    alive: () => [...known.values()].some(isSame) || look().length > 0,
  };
}

/** Whether the process still lives, and is not another one with its pid. */
function isSame({ pid, startedAt }: ProcessInfo): boolean {
  return readProcess(pid)?.startedAt === startedAt;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone in the meantime
  }
}

function readProcesses(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readProcess(Number(entry)))
    .filter((info) => info !== undefined);
}

/** `undefined` when it does not live: a zombie holds nothing any more. */
function readProcess(pid: number): ProcessInfo | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // proc(5): pid (name) state ppid pgrp session …; the name may hold blanks and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), session: Number(session), startedAt: fields[19] ?? '' };
}

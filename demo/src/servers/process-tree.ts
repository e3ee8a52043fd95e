/** Finds and signals a process with all its descendants, using Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessInfo {
  pid: number;
  parent: number;
  session: number;
  /** Start time in clock ticks since boot: identifies a process together with the pid, which may be reused. */
  startedAt: string;
}

/** A process and its descendants, searched again at each call. */
export interface ProcessTree {
  /** Sends `signal` to every live process of the tree. After SIGSTOP none of them runs any more. */
  signalAll(signal: NodeJS.Signals): void;
  /** Stops every process first, so that none can fork unnoticed, then kills them all. */
  killAll(): void;
  /** Whether any process ever seen in this tree is still alive. */
  alive(): boolean;
}

/** @param root pid of a session leader (`detached: true`) */
export function processTree(root: number): ProcessTree {
  // processes stay known: when the root ends, its children get another parent
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

  /** Repeats until no new process appears, as a running process can fork between search and signal. */
  function stopAll(): void {
    let before = -1;
    for (let round = 0; round < 10 && known.size !== before; round++) {
      before = known.size;
      signalAll('SIGSTOP');
    }
    // a thread that runs goes on until it is scheduled anew: on a busy machine long enough to answer something
    for (let waited = 0; waited < LONGEST_STOP_MS && ![...known.keys()].every(isStopped); waited++) sleep(1);
  }

  return {
    signalAll: (signal) => (signal === 'SIGSTOP' ? stopAll() : signalAll(signal)),
    killAll() {
      stopAll();
      signalAll('SIGKILL');
    },
    // searching all of /proc is expensive, so known processes are checked first
    alive: () => [...known.values()].some(isSame) || look().length > 0,
  };
}

const LONGEST_STOP_MS = 1000;

/** Blocks the process for so many milliseconds. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Whether no thread of the process runs; see proc(5), /proc/pid/task. */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((task) => {
      const [state = ''] = readStat(`${pid}/task/${task}`);
      return /^[TtZX]$/.test(state);
    });
  } catch {
    return true;
  }
}

/** Whether the process is alive and its pid was not reused. */
function isSame({ pid, startedAt }: ProcessInfo): boolean {
  return readProcess(pid)?.startedAt === startedAt;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended in the meantime
  }
}

function readProcesses(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readProcess(Number(entry)))
    .filter((info) => info !== undefined);
}

/** `undefined` if it is not alive; zombies do not count. */
function readProcess(pid: number): ProcessInfo | undefined {
  let fields: string[];
  try {
    fields = readStat(`${pid}`);
  } catch {
    return undefined;
  }
  const [state, parent, , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), session: Number(session), startedAt: fields[19] ?? '' };
}

/** The fields of a process or a thread from its state on: state, ppid, pgrp, session …; see proc(5). @throws if it is not there */
function readStat(place: string): string[] {
  const stat = readFileSync(`/proc/${place}/stat`, 'latin1');
  // the name before them may contain spaces and brackets
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Resource usage of a process, from Linux' /proc. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * CPU seconds (user and system) used by all threads of a process, including ended threads, excluding child processes.
 * Resolution: one clock tick, usually 10 ms. Source: proc(5), fields 14 and 15 of `/proc/<pid>/stat`.
 */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // the program name may contain spaces and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of one process, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory: it has ended`);
  return Number(kilobytes) * 1024;
}

/** A process followed by all of its descendants. Source: proc(5), `/proc/<pid>/task/<tid>/children`. */
export function processTree(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap(
    (tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'latin1').match(/\d+/g) ?? []
  );
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

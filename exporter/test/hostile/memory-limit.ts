/** A memory limit of the kernel's for one process, as a container has one: 256 MiB in the shipped files of Compose and Kubernetes. */
import { waitFor } from '@onehertz/demo';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the shipped files of Compose and Kubernetes allow: 256 MiB. */
export const MEMORY_LIMIT_MB = 256;
/** Where there are no control groups: V8 has as much then as it takes for itself in a container of 256 MiB. */
const HEAP_MB = 128;

export interface MemoryLimit {
  /** What to start the process with, see `StartOptions`. */
  readonly wrapper: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Whether the kernel holds to it; else only V8 knows. */
  readonly isReal: boolean;
  /** How many processes the kernel ended because they took more. */
  killed(): number;
  /** After the end of the process. */
  remove(): Promise<void>;
}

interface Controller {
  folder: string;
  /** Files of the limit; more than one where it is told twice. */
  limits: readonly string[];
  events: string;
}

/** Control groups of version 1 or 2; see cgroups(7). `undefined` where this user may not make one. */
function findController(): Controller | undefined {
  const name = `onehertz-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const kinds: Controller[] = [
    { folder: '/sys/fs/cgroup/memory', limits: ['memory.limit_in_bytes'], events: 'memory.oom_control' },
    { folder: '/sys/fs/cgroup', limits: ['memory.max'], events: 'memory.events' },
  ];
  for (const kind of kinds) {
    const folder = join(kind.folder, name);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    if (kind.limits.every((file) => existsSync(join(folder, file)))) return { ...kind, folder };
    rmdirSync(folder);
  }
  return undefined;
}

/** To be removed when the process has ended. */
export function limitMemory(megabytes = MEMORY_LIMIT_MB): MemoryLimit {
  const controller = findController();
  if (!controller)
    return {
      wrapper: [],
      env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` },
      isReal: false,
      killed: () => 0,
      remove: () => Promise.resolve(),
    };
  const { folder, limits, events } = controller;
  for (const file of limits) writeFileSync(join(folder, file), String(megabytes * 2 ** 20));
  const processes = join(folder, 'cgroup.procs');
  return {
    wrapper: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', processes],
    env: {},
    isReal: true,
    killed: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(join(folder, events), 'utf8'))?.[1] ?? 0),
    async remove() {
      await waitFor(() => readFileSync(processes, 'utf8').trim() === '', {
        what: 'the end of all processes in it',
        timeoutMs: 10_000,
      });
      rmdirSync(folder);
    },
  };
}

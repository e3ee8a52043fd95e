/** The parts of the running demo by name, which can be killed, frozen and restored from a second terminal. */
import type { RunningServer } from '../servers';

export interface Part {
  /** Name for users: `celery-worker-1`. */
  name: string;
  /** Description: `Celery worker, with beat`. */
  title: string;
  /** Address for clients, without credentials; empty if it serves nothing. */
  address: string;
  server: RunningServer;
}

export type PartState = 'running' | 'frozen' | 'killed' | 'ended by itself';

export interface Parts {
  add(part: Part): void;
  /** In display order, independent of the order in which they became ready. */
  all(): readonly Part[];
  stateOf(part: Part): PartState;
  /** Each returns a sentence about what was done. @throws Error with a message for the user */
  kill(name: string): Promise<string>;
  freeze(name: string): Promise<string>;
  restore(name: string): Promise<string>;
  /** Parts that ended by themselves since the last call. */
  newlyEnded(): Part[];
  stopAll(): Promise<void>;
}

const ORDER = [
  ...['postgresql', 'redis', 'rabbitmq', 'minio', 'celery', 'backend', 'training', 'inference', 'websdr', 'listeners'],
  ...['exporter', 'prometheus', 'alertmanager', 'alert-log', 'preview'],
];

function rank({ name }: Part): number {
  return ORDER.findIndex((prefix) => name.startsWith(prefix));
}

export function createParts(): Parts {
  const parts: Part[] = [];
  const frozen = new Set<Part>();
  const killed = new Set<Part>();
  const reported = new Set<Part>();
  const restarting = new Set<Part>();

  function stateOf(part: Part): PartState {
    if (killed.has(part)) return 'killed';
    if (part.server.pid === undefined && !restarting.has(part)) return 'ended by itself';
    return frozen.has(part) ? 'frozen' : 'running';
  }

  function find(name: string): Part {
    const part = parts.find((one) => one.name === name);
    if (!part)
      throw new Error(`nothing here is called "${name}"; there are: ${parts.map((one) => one.name).join(', ')}`);
    return part;
  }

  return {
    add(part) {
      parts.push(part);
      parts.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    },
    all: () => parts,
    stateOf,
    async kill(name) {
      const part = find(name);
      if (part.server.pid === undefined) return `${name} does not run; --restore ${name} starts it again`;
      killed.add(part);
      frozen.delete(part);
      await part.server.kill();
      return `${name} killed (SIGKILL); --restore ${name} starts it again`;
    },
    freeze(name) {
      const part = find(name);
      if (part.server.pid === undefined) throw new Error(`${name} does not run, so it cannot be frozen`);
      part.server.freeze();
      frozen.add(part);
      return Promise.resolve(
        `${name} frozen (SIGSTOP): it takes connections and answers nothing; --restore ${name} lets it go on`
      );
    },
    async restore(name) {
      const part = find(name);
      if (frozen.delete(part)) {
        part.server.resume();
        return `${name} goes on`;
      }
      if (part.server.pid !== undefined) return `${name} runs already`;
      const begin = performance.now();
      killed.delete(part);
      restarting.add(part);
      try {
        await part.server.restart();
      } finally {
        restarting.delete(part);
        reported.delete(part);
      }
      return `${name} started again, ready after ${((performance.now() - begin) / 1000).toFixed(1)} s`;
    },
    newlyEnded() {
      const ended = parts.filter((part) => stateOf(part) === 'ended by itself' && !reported.has(part));
      ended.forEach((part) => reported.add(part));
      return ended;
    },
    async stopAll() {
      await Promise.allSettled(parts.map((part) => part.server.stop()));
    },
  };
}

/** Starts every component's probe on its second, and reports when a round is complete. */
import { isDeepStrictEqual } from 'node:util';
import type { Target } from '../probes';
import type { SafeProbe } from '../probes/probe';
import type { Change } from '../runtime/change';
import { hash } from '../runtime/hash';
import { createRunner, type CompletedProbe, type Runner } from './runner';
import { createTicker, type Tick } from './ticker';

export interface SchedulerOptions {
  createProbe(target: Target): SafeProbe;
  onResult(name: string, result: CompletedProbe): void;
  /** A run ended without a result, see {@link RunnerOptions.onNoVerdict}. */
  onNoVerdict?(name: string): void;
  /** Called when a group of probes begins, with its delay in milliseconds (zero or more). */
  onStart?(lagMs: number): void;
  /** The round of `tick` is complete, or its time is up: the board is to be published. */
  onRound(tick: Tick): void;
  /** A probe could not be closed. */
  onCloseError?(name: string, error: unknown): void;
  /** Default: whole seconds of the wall clock. */
  createTicker?: typeof createTicker;
}

export interface Scheduler {
  /** Probes every component immediately, then on its seconds. */
  start(): void;
  /** Prepares a new set of targets; components with an unchanged target keep their probe and its connection. */
  prepare(targets: readonly Target[]): Change;
  /**
   * Probes one component now, or joins the running probe. Resolves when the result is on the board; `false` if there is
   * no such component.
   */
  probeNow(name: string): Promise<boolean>;
  close(): Promise<void>;
}

interface Entry {
  target: Target;
  runner: Runner;
}

/** Components whose probes start together. */
interface Group {
  /** Delay after the whole second, in milliseconds. */
  offsetMs: number;
  entries: Entry[];
}

/**
 * Number of probes that start together. With more, they would delay each other, which would count as response time:
 * about a millisecond with 50. Smaller groups cost more, because waking up dominates their cost (docs/performance.md).
 */
const GROUP_SIZE = 50;
const SPREAD_MS = 600;
/** Latest time to publish a round, in milliseconds after its second: before the next one begins. */
const ROUND_LIMIT_MS = 950;

export function createScheduler(options: SchedulerOptions): Scheduler {
  const {
    createProbe,
    onResult,
    onNoVerdict,
    onStart,
    onRound,
    onCloseError,
    createTicker: tickerOf = createTicker,
  } = options;
  let entries: ReadonlyMap<string, Entry> = new Map();
  const delays = new Set<NodeJS.Timeout>();
  let groups: Group[] = [];
  let started = false;
  let closed = false;
  const ticker = tickerOf(round);

  function make(target: Target): Entry {
    const runner = createRunner({
      probe: createProbe(target),
      timeoutMs: target.timeout,
      onResult: (result) => onResult(target.name, result),
      onNoVerdict: () => onNoVerdict?.(target.name),
    });
    return { target, runner };
  }

  /**
   * Ordered by hash, so that neighbours in the configuration, which are often on one machine, are not probed together.
   */
  function spread(all: Iterable<Entry>): Group[] {
    const shuffled = Array.from(all, (entry) => ({ entry, rank: hash(entry.target.name) }));
    shuffled.sort((a, b) => a.rank - b.rank);
    const count = Math.ceil(shuffled.length / GROUP_SIZE);
    const spread: Group[] = Array.from({ length: count }, (_, i) => ({
      offsetMs: Math.round((i * SPREAD_MS) / count),
      entries: [],
    }));
    shuffled.forEach(({ entry }, i) => spread[Math.floor((i * count) / shuffled.length)]?.entries.push(entry));
    return spread;
  }

  function after(delayMs: number, run: () => void): void {
    if (delayMs <= 0) return run();
    const timer = setTimeout(() => {
      delays.delete(timer);
      run();
    }, delayMs);
    delays.add(timer);
  }

  function round(tick: Tick): void {
    const second = Math.round(tick.at / 1000);
    // monotonic, as the wall clock may be set meanwhile
    const began = performance.now() - tick.lagMs;
    let published = false;
    /** Number of probes that this round's snapshot waits for. */
    let awaited = 0;
    let limitMs = 0;
    const publish = () => {
      if (published || closed) return;
      published = true;
      onRound(tick);
    };
    const arrived = () => {
      if (--awaited === 0) publish();
    };
    const start = ({ runner, target }: Entry) => {
      runner.start(endsInTime(target) ? arrived : undefined);
    };
    const due = groups.map(({ entries: all, offsetMs }) => ({
      offsetMs,
      members: all.filter(({ target }) => second % Math.round(target.interval / 1000) === 0),
    }));
    for (const { members, offsetMs } of due)
      for (const { target } of members) {
        if (!endsInTime(target)) continue;
        awaited++;
        limitMs = Math.max(limitMs, offsetMs + target.timeout);
      }
    for (const { members, offsetMs } of due) {
      if (members.length === 0) continue;
      after(offsetMs - tick.lagMs, () => {
        onStart?.(Math.max(0, performance.now() - began - offsetMs));
        members.forEach(start);
      });
    }
    if (awaited === 0) publish();
    else after(Math.min(limitMs + 5, ROUND_LIMIT_MS) - tick.lagMs, publish);
  }

  /** An exception while closing a probe must not affect the others. */
  async function close({ runner, target }: Entry): Promise<void> {
    await runner.close().catch((error: unknown) => onCloseError?.(target.name, error));
  }

  return {
    start() {
      started = true;
      for (const entry of entries.values()) entry.runner.start();
      ticker.start();
    },
    prepare(targets) {
      const next = new Map<string, Entry>();
      const kept = new Set<Entry>();
      const made: Entry[] = [];
      const discard = () => made.forEach((entry) => void close(entry));
      try {
        for (const target of targets) {
          const known = entries.get(target.name);
          const isKept = known !== undefined && isDeepStrictEqual(known.target, target);
          if (isKept) kept.add(known);
          const entry = isKept ? known : make(target);
          if (!isKept) made.push(entry);
          next.set(target.name, entry);
        }
      } catch (error) {
        discard();
        throw error;
      }
      const nextGroups = spread(next.values());
      return {
        discard,
        async apply() {
          const gone = [...entries.values()].filter((entry) => !kept.has(entry));
          entries = next;
          groups = nextGroups;
          for (const { runner } of kept) runner.retryNow();
          if (started) for (const { runner } of made) runner.start();
          await Promise.all(gone.map(close));
        },
      };
    },
    async probeNow(name) {
      const entry = entries.get(name);
      await entry?.runner.run();
      return entry !== undefined;
    },
    async close() {
      closed = true;
      ticker.stop();
      delays.forEach(clearTimeout);
      groups = [];
      await Promise.all([...entries.values()].map(close));
      entries = new Map();
    },
  };
}

/** Snapshots wait only for probes that can end within the same second. */
function endsInTime({ timeout }: Target): boolean {
  return timeout < 1000;
}

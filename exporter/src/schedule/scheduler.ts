/** Starts every component's probe on its second, and says when a round is complete. */
import { isDeepStrictEqual } from 'node:util';
import type { Target } from '../probes';
import { hash } from '../runtime/hash';
import type { Probe } from '../probes/probe';
import { createRunner, type CompletedProbe, type Runner } from './runner';
import { createTicker, type Tick } from './ticker';

export interface SchedulerOptions {
  createProbe(target: Target): Probe;
  onResult(name: string, result: CompletedProbe): void;
  /** Probes of a round begin together, so many milliseconds after they were due; zero or more. */
  onStart?(lagMs: number): void;
  /** The round of `tick` is complete, or its time is up: what is known is to be published. */
  onRound(tick: Tick): void;
  /** Default: the wall clock's whole seconds. */
  createTicker?: typeof createTicker;
}

export interface Scheduler {
  /** Probes every component at once, then each on its seconds. */
  start(): void;
  /** Takes over a new set of targets; components whose target did not change keep their probe and its connection. */
  update(targets: readonly Target[]): Promise<void>;
  /** Probes one component now, or joins the run that goes on. Resolves when the result is on the board; false: no such component. */
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
 * So many probes start together. More at once would wait for each other, which counts as response time: of 50, about a millisecond;
 * fewer at once cost more, because most of what a small group costs is the waking up (docs/performance.md).
 */
const GROUP_SIZE = 50;
const SPREAD_MS = 600;
/** A round is published this long after its second at the latest: before the next one begins. */
const ROUND_LIMIT_MS = 950;

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { createProbe, onResult, onStart, onRound, createTicker: tickerOf = createTicker } = options;
  const entries = new Map<string, Entry>();
  const delays = new Set<NodeJS.Timeout>();
  let groups: Group[] = [];
  let started = false;
  let closed = false;
  const ticker = tickerOf(round);

  function add(target: Target): Entry {
    const runner = createRunner({
      probe: createProbe(target),
      name: target.display_name,
      timeoutMs: target.timeout,
      onResult: (result) => onResult(target.name, result),
    });
    const entry = { target, runner };
    entries.set(target.name, entry);
    return entry;
  }

  /** In the order of a hash, so that neighbours in the configuration, often on one machine, are not probed in one go. */
  function spread(): void {
    const shuffled = [...entries.values()].map((entry) => ({ entry, rank: hash(entry.target.name) }));
    shuffled.sort((a, b) => a.rank - b.rank);
    const count = Math.ceil(shuffled.length / GROUP_SIZE);
    groups = Array.from({ length: count }, (_, i) => ({ offsetMs: Math.round((i * SPREAD_MS) / count), entries: [] }));
    shuffled.forEach(({ entry }, i) => groups[Math.floor((i * count) / shuffled.length)]?.entries.push(entry));
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
    // the wall clock may be set meanwhile
    const began = performance.now() - tick.lagMs;
    let published = false;
    /** Probes that this round's snapshot waits for. */
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

  return {
    start() {
      started = true;
      for (const entry of entries.values()) entry.runner.start();
      ticker.start();
    },
    async update(targets) {
      const closing: Promise<void>[] = [];
      const wanted = new Map(targets.map((target) => [target.name, target]));
      for (const [name, entry] of entries) {
        if (isDeepStrictEqual(wanted.get(name), entry.target)) {
          wanted.delete(name);
          entry.runner.retryNow();
        } else {
          entries.delete(name);
          closing.push(entry.runner.close());
        }
      }
      for (const target of wanted.values()) {
        const entry = add(target);
        if (started) entry.runner.start();
      }
      spread();
      await Promise.all(closing);
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
      await Promise.all([...entries.values()].map((entry) => entry.runner.close()));
      entries.clear();
    },
  };
}

/** Only probes that can end within this second hold up its snapshot. */
function endsInTime({ timeout }: Target): boolean {
  return timeout < 1000;
}

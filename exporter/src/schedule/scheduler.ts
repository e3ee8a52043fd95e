/** Starts every component's probe on its second, and says when a round is complete. */
import type { Target } from '../config/components';
import { hash } from '../hash';
import type { Probe } from '../probes/probe';
import { createRunner, type CompletedProbe, type Runner } from './runner';
import { createTicker, type Tick } from './ticker';

export interface SchedulerOptions {
  createProbe(target: Target): Probe;
  onResult(name: string, result: CompletedProbe): void;
  /** The round of `tick` is complete, or its time is up: what is known is to be published. */
  onRound(tick: Tick): void;
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
  fingerprint: string;
  runner: Runner;
  /** Delay after the whole second, in milliseconds. */
  offsetMs: number;
}

/** From this many components of the one-second class on, their probes are spread, so that they do not disturb each other. */
const SPREAD_FROM = 50;
const SPREAD_MS = 600;
/** A round is published this long after its second at the latest: before the next one begins. */
const ROUND_LIMIT_MS = 950;

export function createScheduler({ createProbe, onResult, onRound }: SchedulerOptions): Scheduler {
  const entries = new Map<string, Entry>();
  const delays = new Set<NodeJS.Timeout>();
  let started = false;
  let closed = false;
  const ticker = createTicker((tick) => void round(tick));

  function add(target: Target, fingerprint: string): Entry {
    const runner = createRunner({
      probe: createProbe(target),
      name: target.display_name,
      timeoutMs: target.timeout,
      onResult: (result) => onResult(target.name, result),
    });
    const entry = { target, fingerprint, runner, offsetMs: 0 };
    entries.set(target.name, entry);
    return entry;
  }

  function spread(): void {
    const fast = [...entries.values()].filter((entry) => entry.target.interval === 1000);
    for (const entry of fast) entry.offsetMs = fast.length < SPREAD_FROM ? 0 : hash(entry.target.name) % SPREAD_MS;
  }

  function after(delayMs: number, run: () => void): void {
    if (delayMs <= 0) return run();
    const timer = setTimeout(() => {
      delays.delete(timer);
      run();
    }, delayMs);
    delays.add(timer);
  }

  async function round(tick: Tick): Promise<void> {
    const runs: Promise<void>[] = [];
    let limitMs = 0;
    for (const entry of entries.values()) {
      const { interval, timeout } = entry.target;
      if (Math.round(tick.at / 1000) % Math.round(interval / 1000) !== 0) continue;
      const run = new Promise<void>((resolve) => after(entry.offsetMs, () => void entry.runner.run().then(resolve)));
      // Only probes that can end within this second hold up its snapshot.
      if (timeout >= 1000) continue;
      runs.push(run);
      limitMs = Math.max(limitMs, entry.offsetMs + timeout);
    }
    const limit = new Promise<void>((resolve) => after(Math.min(limitMs + 5, ROUND_LIMIT_MS) - tick.lagMs, resolve));
    await Promise.race([Promise.all(runs), limit]);
    if (!closed) onRound(tick);
  }

  return {
    start() {
      started = true;
      for (const entry of entries.values()) void entry.runner.run();
      ticker.start();
    },
    async update(targets) {
      const closing: Promise<void>[] = [];
      const wanted = new Map(targets.map((target) => [target.name, { target, fingerprint: JSON.stringify(target) }]));
      for (const [name, entry] of entries) {
        if (wanted.get(name)?.fingerprint === entry.fingerprint) wanted.delete(name);
        else {
          entries.delete(name);
          closing.push(entry.runner.close());
        }
      }
      for (const { target, fingerprint } of wanted.values()) {
        const entry = add(target, fingerprint);
        if (started) void entry.runner.run();
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
      await Promise.all([...entries.values()].map((entry) => entry.runner.close()));
      entries.clear();
    },
  };
}

/**
 * Schedules pushes: at each tick and each change, one push at a time, newest tick first, and after a failure not before
 * the next tick. A change is sent immediately; changes that follow within a short time are sent together.
 */
import type { Measurement } from '@onehertz/contract';
import type { FailureLog } from '../../runtime/failure-log';
import { describeError } from '../../text/errors';
import type { EventQueue } from './event-queue';
import { PushError } from './grafana/push-error';
import type { LiveLines } from './lines/live-lines';
import type { LiveMetrics } from './live-metrics';

/** Sends lines; resolves with the number of bytes when Grafana has accepted them, rejects with a {@link PushError}. */
export type Push = (lines: LiveLines, signal: AbortSignal) => Promise<number>;

export interface PusherOptions {
  push: Push;
  events: EventQueue;
  failures: FailureLog;
  metrics: LiveMetrics;
  /** Pause between attempts after a rejection, doubled each time up to `max`. In milliseconds. */
  backoff?: { first: number; max: number };
}

export interface Pusher {
  /**
   * A round is complete. `lines` is called when they are sent, or not at all if nothing can be pushed until the next
   * tick.
   */
  tick(lines: () => LiveLines): void;
  /**
   * An event was added to the queue. `lines` are sent with it; they may get lost, as the next tick contains the same
   * data.
   */
  event(lines?: LiveLines): void;
  /** Aborts the current push; nothing is pushed after that. */
  close(): Promise<void>;
}

/** Minimum time between pushes of changes: Grafana's page redraws up to 20 times a second. */
const CHANGES_APART_MS = 50;

/** A rejection lasts until someone changes the configuration, and pushing should then resume soon. */
const BACKOFF = { first: 1000, max: 5000 };

export function createPusher({ push, events, failures, metrics, backoff = BACKOFF }: PusherOptions): Pusher {
  const closing = new AbortController();
  let waiting: (() => LiveLines) | undefined;
  let changes: LiveLines[] = [];
  let changesFrom = 0;
  let timer: NodeJS.Timeout | undefined;
  let inFlight: Promise<void> | undefined;
  /** After a failure events wait for the next tick, as there may be many. */
  let failing = false;
  let refusals = 0;
  let pausedUntil = 0;

  function pump(): void {
    if (inFlight || closing.signal.aborted) return;
    if (waiting === undefined && (events.size === 0 || failing)) return;
    const now = performance.now();
    if (now < pausedUntil) return;
    if (waiting === undefined && now < changesFrom) {
      timer ??= setTimeout(() => {
        timer = undefined;
        pump();
      }, changesFrom - now);
      return;
    }
    const taken = events.take();
    const lines = new Map(waiting ? waiting() : merged(changes));
    if (taken.lines.length > 0) lines.set('events', taken.lines);
    if (waiting === undefined) changesFrom = now + CHANGES_APART_MS;
    waiting = undefined;
    changes = [];
    inFlight = send(lines, taken.confirm).finally(() => {
      inFlight = undefined;
      pump();
    });
  }

  async function send(lines: LiveLines, confirm: () => void): Promise<void> {
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    try {
      const bytes = await push(lines, closing.signal);
      confirm();
      failing = false;
      refusals = 0;
      metrics.pushed('success', elapsed(), bytes);
      failures.succeeded();
    } catch (thrown) {
      if (closing.signal.aborted) return;
      const error =
        thrown instanceof PushError ? thrown : new PushError(describeError(thrown), 'failure', 'unexpected');
      failing = true;
      refusals = error.result === 'refused' ? refusals + 1 : 0;
      // slightly less than whole ticks, or each pause would last one tick longer
      const pause = refusals > 0 ? Math.min(backoff.max, backoff.first * 2 ** (refusals - 1)) - backoff.first / 2 : 0;
      pausedUntil = performance.now() + Math.max(pause, error.pauseMs);
      metrics.pushed(error.result, elapsed(), 0);
      failures.failed(error);
    }
  }

  return {
    tick(lines) {
      if (closing.signal.aborted) return;
      if (waiting !== undefined) metrics.superseded();
      waiting = undefined;
      changes = [];
      if (performance.now() < pausedUntil) {
        metrics.superseded();
        return;
      }
      waiting = lines;
      pump();
    },
    event(lines) {
      if (lines && waiting === undefined) changes.push(lines);
      pump();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await inFlight;
    },
  };
}

/** All lines, merged by measurement. */
function merged(all: readonly LiveLines[]): LiveLines {
  const lines = new Map<Measurement, string[]>();
  for (const each of all) {
    for (const [measurement, more] of each) lines.set(measurement, [...(lines.get(measurement) ?? []), ...more]);
  }
  return lines;
}

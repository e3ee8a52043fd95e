/** When to push: at each tick and at each event, one push at a time, the newest tick wins, and after a failure not before the next tick. */
import { describeError } from '../../probes/errors';
import type { EventQueue } from './event-queue';
import type { FailureLog } from './failure-log';
import type { LiveLines } from './live-lines';
import type { LiveMetrics } from './live-metrics';
import { PushError } from './push-error';

/** Sends lines; resolves with the bytes that were sent when Grafana has taken them, rejects with a {@link PushError}. */
export type Push = (lines: LiveLines, signal: AbortSignal) => Promise<number>;

export interface PusherOptions {
  push: Push;
  events: EventQueue;
  failures: FailureLog;
  metrics: LiveMetrics;
  /** Between the attempts after a refusal: doubled each time up to `max`. In milliseconds. */
  backoff?: { first: number; max: number };
}

export interface Pusher {
  /** A round is complete. `lines` is called at once, or not at all when nothing can be pushed now. */
  tick(lines: () => LiveLines): void;
  /** An event was added to the queue. */
  event(): void;
  /** Gives up the push under way; nothing is pushed any more. */
  close(): Promise<void>;
}

/** A refusal lasts until a person changes something, who should not have to wait long then. */
const BACKOFF = { first: 1000, max: 5000 };

export function createPusher({ push, events, failures, metrics, backoff = BACKOFF }: PusherOptions): Pusher {
  const closing = new AbortController();
  let waiting: LiveLines | undefined;
  let inFlight: Promise<void> | undefined;
  /** After a failure events wait for the next tick: there may be many of them. */
  let failing = false;
  let refusals = 0;
  let pausedUntil = 0;

  function pump(): void {
    if (inFlight || closing.signal.aborted) return;
    if (waiting === undefined && (events.size === 0 || failing)) return;
    if (performance.now() < pausedUntil) return;
    const taken = events.take();
    const lines = new Map(waiting);
    if (taken.lines.length > 0) lines.set('events', taken.lines);
    waiting = undefined;
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
      // a little less than whole ticks, or each pause would last one tick more
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
      if (performance.now() < pausedUntil) {
        metrics.superseded();
        return;
      }
      waiting = lines();
      pump();
    },
    event: pump,
    async close() {
      closing.abort();
      await inFlight;
    },
  };
}

/** One question to all workers and the collection of their answers. */
import { randomUUID } from 'node:crypto';
import { startDeadline } from '../../runtime/deadline';
import type { PingAnswer } from './protocol';
import { MAX_WORKERS } from './worker';

export interface Round {
  readonly ticket: string;
  /** Who answered this question, in time. */
  readonly answered: ReadonlySet<string>;
  /** How many more answered, in a form that tells no name. */
  readonly unnamed: number;
  /** Who answered more than once: two workers of one name. */
  readonly twins: ReadonlySet<string>;
  /** Milliseconds from the question to the last answer; `undefined` without one. */
  readonly responseTimeMs: number | undefined;
  /** Monotonic milliseconds at which it was asked. */
  readonly startedAt: number;
  /** How many workers the question went to, where the broker says so. */
  readonly listeners: number | undefined;
  /** Takes an answer; false: it belongs to another question. */
  take(answer: PingAnswer): boolean;
  sentTo(listeners: number | undefined): void;
  /** Said goodbye: its answer is waited for no more. */
  left(worker: string): void;
  /** Ends the round before its time, e.g. when the broker blocks. */
  end(): void;
  /** Makes `done` reject. */
  fail(error: Error): void;
  /**
   * Resolves when all answers that can be expected are in, at the latest after `windowMs`.
   * @throws the signal's reason, and what `fail` was given
   */
  done(windowMs: number, signal: AbortSignal): Promise<void>;
}

/** @param expected workers whose answers are waited for; when none is known, the whole window is */
export function createRound(expected: Set<string>): Round {
  const ticket = randomUUID();
  const startedAt = performance.now();
  const answered = new Set<string>();
  const twins = new Set<string>();
  const missing = new Set(expected);
  let unnamed = 0;
  let listeners: number | undefined;
  let responseTimeMs: number | undefined;
  let outcome: 'over' | Error | undefined;
  let wake = () => {};

  function settle(value: 'over' | Error): void {
    outcome ??= value;
    wake();
  }

  function check(): void {
    const count = answered.size + unnamed;
    const allKnown = expected.size > 0 && missing.size <= unnamed && count > 0;
    const allAsked = listeners !== undefined && count >= listeners;
    if (allKnown || allAsked) settle('over');
  }

  return {
    ticket,
    answered,
    twins,
    startedAt,
    get unnamed() {
      return unnamed;
    },
    get listeners() {
      return listeners;
    },
    get responseTimeMs() {
      return responseTimeMs;
    },
    take(answer) {
      if (answer.ticket !== ticket) return false;
      responseTimeMs = performance.now() - startedAt;
      if (answer.worker === '') unnamed += 1;
      else if (answered.has(answer.worker)) twins.add(answer.worker);
      else if (answered.size < MAX_WORKERS) answered.add(answer.worker);
      missing.delete(answer.worker);
      check();
      return true;
    },
    sentTo(count) {
      listeners = count;
      check();
    },
    left(worker) {
      missing.delete(worker);
      check();
    },
    end: () => settle('over'),
    fail: settle,
    async done(windowMs, signal) {
      let clear = () => {};
      const onAbort = () => settle(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (outcome !== undefined) resolve();
        else clear = startDeadline(windowMs, () => settle('over'));
      });
      clear();
      signal.removeEventListener('abort', onAbort);
      if (outcome !== undefined && outcome !== 'over') throw outcome;
    },
  };
}

/** What the celery probe needs of a broker: the same over AMQP and Redis. */
import type { Format } from './formats';
import type { Names, PingAnswer, WorkerEvent } from './protocol';
import type { CeleryTarget } from './settings';

export interface ControlChannel {
  /**
   * Asks all workers for an answer with this ticket, in this format. Resolves when the broker has taken the question, with the number of
   * workers that it went to where the broker says so.
   */
  ping(ticket: string, format: Format): Promise<number | undefined>;
  /** Resolves when the broker answered. */
  touch(): Promise<void>;
  /** Whether this worker takes remote control at all; `undefined` where the broker does not tell. It costs the worker a ping. */
  listens(worker: string): Promise<boolean | undefined>;
  /** Why the broker takes no messages now, e.g. `memory alarm`. */
  readonly blocked: string | undefined;
  /** Messages that wait in these queues; a queue that does not exist is left out. */
  queueLengths(names: readonly string[]): Promise<Map<string, number>>;
  /** Closes its connections at once. */
  destroy(): void;
  /** Takes away what it has at the broker and closes its connections, within 300 ms also when the broker is frozen. */
  end(): Promise<void>;
}

/** What comes from the broker by itself; none of these may throw. */
export interface ControlEvents {
  answer(answer: PingAnswer): void;
  /** An answer that could not be read; the error is in plain words. */
  unreadableAnswer(error: Error): void;
  event(event: WorkerEvent): void;
  blockedChange(): void;
  /** The channel is broken; may be called more than once. The error is in plain words. */
  lost(error: Error): void;
}

export interface ControlOptions {
  target: CeleryTarget;
  names: Names;
  /** Gives up the attempt; its reason is part of the message then. */
  signal: AbortSignal;
  events: ControlEvents;
  /** Of no other probe that lives, and the same in the next life of this one: what is left at the broker is found again. */
  replyKey: string;
}

/** The broker operations of the celery probe, implemented for AMQP and Redis. */
import type { Format } from '../formats';
import type { Names, PingAnswer, WorkerEvent } from '../protocol';
import type { CeleryTarget } from '../settings';

export interface ControlChannel {
  /**
   * Asks all workers to respond with this ticket, in this format. Resolves when the broker has accepted the message,
   * with the number of workers that received it if the broker reports it.
   */
  ping(ticket: string, format: Format): Promise<number | undefined>;
  /** Resolves when the broker answered. */
  touch(): Promise<void>;
  /**
   * Whether this worker accepts remote control at all; `undefined` if the broker does not report it. Sends a ping to
   * the worker.
   */
  listens(worker: string): Promise<boolean | undefined>;
  /** Why the broker currently blocks publishing, e.g. `memory alarm`. */
  readonly blocked: string | undefined;
  /** Number of messages in these queues; missing queues are omitted. */
  queueLengths(names: readonly string[]): Promise<Map<string, number>>;
  /** Closes its connections immediately. */
  destroy(): void;
  /** Deletes what it created on the broker and closes its connections, within 300 ms even if the broker is frozen. */
  end(): Promise<void>;
}

/** Callbacks for messages from the broker; none may throw. */
export interface ControlEvents {
  answer(answer: PingAnswer): void;
  /** A response that could not be parsed; the error is in plain words. */
  unreadableAnswer(error: Error): void;
  event(event: WorkerEvent): void;
  blockedChange(): void;
  /** The channel is broken; may be called more than once. The error is in plain words. */
  lost(error: Error): void;
}

export interface ControlOptions {
  target: CeleryTarget;
  names: Names;
  /** Aborts the attempt; its reason becomes part of the message. */
  signal: AbortSignal;
  /** See `createKeptConnection`. */
  explainLate(explain: (error: Error) => Error): void;
  events: ControlEvents;
  /** Unique among running probes, and the same after a restart, so that leftovers on the broker can be found. */
  replyKey: string;
}

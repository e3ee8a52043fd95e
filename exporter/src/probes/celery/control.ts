/** What the celery probe needs of a broker: the same over AMQP and Redis. */
import type { PingAnswer, WorkerEvent } from './protocol';

export interface ControlChannel {
  /**
   * Asks all workers for an answer with this ticket. Resolves when the broker has taken the question, with the number of
   * workers that it went to where the broker says so.
   */
  ping(ticket: string): Promise<number | undefined>;
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
  /** Of the broker. */
  url: string;
  /** Name of the component; the broker's administrators see it beside the connections. */
  component: string;
  /** Gives up the attempt; its reason is part of the message then. */
  signal: AbortSignal;
  /** Gives up an attempt in which the broker says nothing for this long, in milliseconds. */
  silenceMs: number;
  events: ControlEvents;
  /** Unique to this probe, the same for each of its attempts: what is left at the broker can be found again. */
  replyKey: string;
}

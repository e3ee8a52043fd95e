/** Counts the messages and consumers of queues without side effects. */
import type { Channel, ChannelModel } from 'amqplib';
import { describeError } from '../../text/errors';
import { openChannel } from './connection';
import { replyCode, brokerText } from './errors';

export interface QueueCount {
  name: string;
  /** Ready to be delivered. */
  messages: number;
  consumers: number;
}

export interface QueueProblem {
  name: string;
  /** `queue "x" does not exist`, or another reply of the broker. */
  problem: string;
}

export interface QueueInspector {
  /**
   * Counts these queues one after the other. Rejected queues are asked for again only after {@link ASK_AGAIN_MS}.
   * @throws Error if the connection is lost
   */
  inspect(names: readonly string[]): Promise<(QueueCount | QueueProblem)[]>;
}

/** The broker logs two errors for each request for a missing queue. */
const ASK_AGAIN_MS = 10_000;

/** Rejections by queue. Kept across connections, so that a reconnect does not cause earlier requests. */
export type Refusals = Map<string, { problem: string; until: number }>;

/** @returns an inspector with its own channel: asking for a missing queue closes the channel (AMQP 0-9-1, 404) */
export function createQueueInspector(model: ChannelModel, refusals: Refusals = new Map()): QueueInspector {
  let channel: Promise<Channel> | undefined;

  async function inspectOne(name: string): Promise<QueueCount | QueueProblem> {
    const known = refusals.get(name);
    if (known && performance.now() < known.until) return { name, problem: known.problem };
    channel ??= openChannel(model);
    const open = await channel;
    try {
      const { messageCount, consumerCount } = await open.checkQueue(name);
      refusals.delete(name);
      return { name, messages: messageCount, consumers: consumerCount };
    } catch (error) {
      channel = undefined;
      // Without a reply code it was not a rejection: the connection is lost.
      if (replyCode(error) === undefined) throw error;
      const problem = problemOf(name, error);
      refusals.set(name, { problem, until: performance.now() + ASK_AGAIN_MS });
      return { name, problem };
    }
  }

  return {
    async inspect(names) {
      const results: (QueueCount | QueueProblem)[] = [];
      for (const name of names) results.push(await inspectOne(name));
      return results;
    },
  };
}

function problemOf(name: string, error: unknown): string {
  const text = describeError(error);
  if (/no queue /.test(text)) return `queue "${name}" does not exist`;
  const words = brokerText(text);
  const user = /^ACCESS_REFUSED - .* refused for user '(.*)'$/.exec(words)?.[1];
  if (user !== undefined)
    return `queue "${name}" is not shown to user "${user}", who has no right for it; that to read it is enough (rabbitmqctl set_permissions)`;
  return `queue "${name}": ${words}`;
}

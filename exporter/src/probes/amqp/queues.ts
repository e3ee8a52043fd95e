/** Counts the messages and consumers of queues without touching them. */
import type { Channel, ChannelModel } from 'amqplib';
import { openChannel } from './connection';
import { describeError } from '../../text/errors';

export interface QueueCount {
  name: string;
  /** Ready to be delivered. */
  messages: number;
  consumers: number;
}

export interface QueueProblem {
  name: string;
  /** `queue "x" does not exist`, or what else the broker says. */
  problem: string;
}

export interface QueueInspector {
  /**
   * Counts these queues, one after the other.
   * @throws Error when the connection is lost
   */
  inspect(names: readonly string[]): Promise<(QueueCount | QueueProblem)[]>;
}

/** @returns an inspector with a channel of its own: asking for a missing queue closes the channel (AMQP 0-9-1, 404) */
export function createQueueInspector(model: ChannelModel): QueueInspector {
  let channel: Promise<Channel> | undefined;

  async function inspectOne(name: string): Promise<QueueCount | QueueProblem> {
    channel ??= openChannel(model);
    const open = await channel;
    try {
      const { messageCount, consumerCount } = await open.checkQueue(name);
      return { name, messages: messageCount, consumers: consumerCount };
    } catch (error) {
      channel = undefined;
      // Without a reply code it was not the broker who refused: the connection is gone.
      if (!hasReplyCode(error)) throw error;
      return { name, problem: problemOf(name, error) };
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

function hasReplyCode(error: unknown): boolean {
  return typeof (error as { code?: unknown } | undefined)?.code === 'number';
}

function problemOf(name: string, error: unknown): string {
  const text = describeError(error);
  if (/no queue /.test(text)) return `queue "${name}" does not exist`;
  const said = /with message "(.*)"$/.exec(text)?.[1] ?? text;
  return `queue "${name}": ${said}`;
}

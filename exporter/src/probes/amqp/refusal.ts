/** What the broker allows this user to do: a right that is missing is no failure of the broker. */
import { describeError, Rejection } from '../../text/errors';
import { secretsOfUrl } from '../../text/redact';
import { amqpUser, amqpVhost, replyCode, said } from './errors';

/** The three rights of RabbitMQ. */
export type Right = 'configure' | 'write' | 'read';

/** Patterns of what a user has to have each right for, as `rabbitmqctl set_permissions` takes them. */
export type Rights = Record<Right, string>;

/** The broker let us in and does not do one thing. It answers, and what needs no right can be asked all the same. */
export class ChannelRefusal extends Rejection {}

/**
 * Does something on a channel.
 * @throws ChannelRefusal that names the right, and the command that grants it, if the broker says no
 */
export async function allowed<T>(url: string, right: Right, rights: Rights, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, url, right, rights) ?? error;
  }
}

/** `undefined` if it was not the broker who said no. */
export function refusalOf(error: unknown, url: string, right: Right, rights: Rights): ChannelRefusal | undefined {
  if (replyCode(error) === undefined) return undefined;
  const words = said(describeError(error, secretsOfUrl(url)));
  const [user, vhost] = [amqpUser(url), amqpVhost(url)];
  if (!/^ACCESS_REFUSED/.test(words)) return new ChannelRefusal(`${words}${limitAdvice(words, vhost)}`);
  const patterns = [rights.configure, rights.write, rights.read].map((pattern) => `"${pattern}"`).join(' ');
  const what = / to (\w+ '[^']*')/.exec(words)?.[1]?.replace(/amq\.gen-[^']*/, 'amq.gen-…') ?? 'it';
  return new ChannelRefusal(
    `user "${user}" has not the right to ${right} ${what} in virtual host "${vhost}": rabbitmqctl set_permissions -p "${vhost}" ${user} ${patterns} gives it (and takes away what else it may)`
  );
}

function limitAdvice(words: string, vhost: string): string {
  return /queue limit/.test(words)
    ? `; raise it (rabbitmqctl set_vhost_limits -p "${vhost}" '{"max-queues": …}'), or delete queues`
    : '';
}

/** The user's permissions on the broker: a missing permission is not a failure of the broker. */
import { describeError, Rejection } from '../../text/errors';
import { secretsOfUrl } from '../../text/redact';
import { amqpUser, amqpVhost, replyCode, brokerText } from './errors';

/** The three permissions of RabbitMQ. */
export type Right = 'configure' | 'write' | 'read';

/** Required patterns for each permission, in the format of `rabbitmqctl set_permissions`. */
export type Rights = Record<Right, string>;

/**
 * The broker accepted the connection but rejected one operation. It works, and operations without this permission are
 * still possible.
 */
export class ChannelRefusal extends Rejection {}

/**
 * Runs an operation on a channel.
 * @throws ChannelRefusal with the permission and the command that grants it, if the broker rejects it
 */
export async function allowed<T>(url: string, right: Right, rights: Rights, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, url, right, rights) ?? error;
  }
}

/** `undefined` if it was not rejected by the broker. */
export function refusalOf(error: unknown, url: string, right: Right, rights: Rights): ChannelRefusal | undefined {
  if (replyCode(error) === undefined) return undefined;
  const words = brokerText(describeError(error, secretsOfUrl(url)));
  const [user, vhost] = [amqpUser(url), amqpVhost(url)];
  if (!/^ACCESS_REFUSED/.test(words)) return new ChannelRefusal(`${words}${limitAdvice(words, vhost)}`);
  const patterns = [rights.configure, rights.write, rights.read].map((pattern) => `"${pattern}"`).join(' ');
  const what = / to (\w+ '[^']*')/.exec(words)?.[1]?.replace(/amq\.gen-[^']*/, 'amq.gen-…') ?? 'it';
  return new ChannelRefusal(
    `user "${user}" may not ${right} ${what} in virtual host "${vhost}": rabbitmqctl set_permissions -p "${vhost}" ${user} ${patterns} allows it (and replaces its other permissions)`
  );
}

function limitAdvice(words: string, vhost: string): string {
  return /queue limit/.test(words)
    ? `; raise it (rabbitmqctl set_vhost_limits -p "${vhost}" '{"max-queues": …}'), or delete queues`
    : '';
}

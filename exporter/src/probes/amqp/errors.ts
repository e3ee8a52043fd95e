/** Errors of AMQP brokers and the client library in plain words, and whether they are rejections. */
import { safeDecode } from '../../text/decode';
import { describeError, Rejection, toError } from '../../text/errors';
import { reworded, withReason } from '../../text/failure-reason';
import { secretsOfUrl } from '../../text/redact';
import { TooMuch } from '../kit/inbound/limits';

/** Seconds. A peer that is silent for two to three of them is lost, even if probes are less frequent. */
export const HEARTBEAT_S = 2;

/** Reply code when a broker shuts down or an administrator closed the connection: a reconnect may succeed soon. */
const CONNECTION_FORCED = 320;

/** The virtual host in the URL; `/` by default. */
export function amqpVhost(url: string): string {
  return safeDecode(new URL(url).pathname.slice(1)) || '/';
}

/** The user in the URL; `guest` by default. */
export function amqpUser(url: string): string {
  return safeDecode(new URL(url).username) || 'guest';
}

/** The error as a message: names user and virtual host, never the password. */
function explainAmqpError(error: unknown, url: string): string {
  const text = describeError(error, secretsOfUrl(url));
  return meaning(text, url);
}

/** User or virtual host have as many connections as they may; another one of ours may be among them. */
export class ConnectionLimit extends Rejection {}

/** Such an error; a {@link Rejection} if it is the broker's answer to what we want, and no accident. */
export function amqpError(error: unknown, url: string): Error {
  const text = explainAmqpError(error, url);
  if (!isRefusal(error)) return reworded(new Error(text), error);
  const words = toError(error).message;
  // their codes are those of a right that is missing
  if (LIMIT.test(words)) return withReason(new ConnectionLimit(text), 'rejected');
  return LOGIN_REFUSED.test(words) ? withReason(new Rejection(text), 'auth') : reworded(new Rejection(text), error);
}

const LOGIN_REFUSED = /ACCESS_REFUSED - Login was refused/;
const LIMIT = /connection limit .* is reached/;

const LEAST_REPLY_CODE = 200;

/** The code with which the broker closed a channel or a connection (AMQP 0-9-1 §1.2); `undefined`: it did not. */
export function replyCode(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  // those of an AbortError are smaller
  return typeof code === 'number' && code >= LEAST_REPLY_CODE ? code : undefined;
}

/**
 * A broker that gives a reason has rejected the request; so has our TLS check of its certificate. Each attempt is
 * logged by the broker.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof TooMuch) return true;
  const code = replyCode(error);
  if (code !== undefined) return code !== CONNECTION_FORCED;
  const { message } = toError(error);
  return /^SASL mechanism/.test(message) || /CERT|^ERR_TLS|^UNABLE_TO/.test(String((error as { code?: unknown }).code));
}

function meaning(text: string, url: string): string {
  const user = amqpUser(url);
  const vhost = amqpVhost(url);
  if (LOGIN_REFUSED.test(text)) return `login refused for user "${user}"; check user and password`;
  if (LIMIT.test(text))
    return `user "${user}" or virtual host "${vhost}" has as many connections as its limit allows; raise it, or find out which clients hold them`;
  // sent for a virtual host that does not exist, and for one without access
  if (/NOT_ALLOWED.*\b(vhost|access)\b/.test(text))
    return `user "${user}" has no access to the virtual host "${vhost}"; does it exist, and has the user permissions?`;
  if (/SASL mechanism/.test(text))
    return 'it does not allow logins with user and password (PLAIN); enable that in auth_mechanisms';
  if (
    /exceeds maxFrameSize|Invalid frame|Unknown frame type|Frame on unknown channel|Expected Connection|during handshake/i.test(
      text
    )
  )
    return 'the server does not speak AMQP 0-9-1; is the port right?';
  if (/closed abruptly during opening handshake/.test(text))
    return 'connection closed during the handshake; is this a port for AMQP, and does it require TLS?';
  if (/maintenance/.test(text)) return `the broker closed the connection; ${IN_MAINTENANCE}`;
  if (/CONNECTION[_-]FORCED/.test(text))
    return 'the broker closed the connection; it is shutting down, or an administrator closed it';
  if (/Heartbeat timeout/.test(text)) return `no heartbeat for ${2 * HEARTBEAT_S} s`;
  if (/Unexpected close/.test(text)) return 'connection closed by the broker';
  return brokerText(text);
}

/** A drained node closes its connections and listeners, and continues to run. */
export const IN_MAINTENANCE = 'its node is in maintenance mode (drained); "rabbitmq-upgrade revive" ends that';

/** The broker's text without the library's. */
export function brokerText(text: string): string {
  return (/ with message "(.*)"$/s.exec(text)?.[1] ?? text).replace(
    /^(Handshake terminated by server|Connection closed|Operation failed): /,
    ''
  );
}

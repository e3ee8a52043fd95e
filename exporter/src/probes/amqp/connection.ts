/** Opens AMQP 0-9-1 connections that can be given up at any moment, and says in plain words why one cannot be had. */
import { connect, credentials, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { catchEarlyErrors } from './early-errors';
import { describeError, toError } from '../../text/errors';
import { abortable } from '../kit/kept-connection';
import { secretsOfUrl } from '../../text/redact';

catchEarlyErrors();

/** Seconds. A peer that is silent for two to three of them is lost, also between two probes that are far apart. */
const HEARTBEAT = 2;
/** No frame that we ask for comes near it; what claims to be larger is not AMQP. */
const MAX_FRAME_BYTES = 1024 * 1024;
const GOODBYE_MS = 200;

export interface AmqpConnection {
  readonly model: ChannelModel;
  /** Of the broker's software, e.g. `3.10.8`. */
  readonly version: string | undefined;
  /** Why the broker takes no messages from this connection now, e.g. `memory alarm`; `undefined`: it takes them. */
  readonly blocked: string | undefined;
  /** Closes the socket at once; what still waits on this connection is rejected. */
  destroy(): void;
  /** Says goodbye, so that the broker's log shows no lost client; closes the socket after 200 ms in any case. */
  end(): Promise<void>;
}

export interface AmqpOptions {
  /** `amqp://user:password@host:5672/vhost`, or `amqps:`. */
  url: string;
  /** Shown to the broker's administrators beside the connection. */
  name: string;
  /** Gives up the attempt; its reason is part of the message then. */
  signal: AbortSignal;
  /** Gives up a handshake in which nothing comes for this long, in milliseconds; with all its round trips it may take longer. */
  silenceMs: number;
  /** Called once or more when the open connection breaks, with an error in plain words. */
  lost(error: Error): void;
  /** Called when the broker begins or ceases to block publishers. */
  onBlockedChange?(): void;
}

/**
 * Opens a connection, hands it to `setUp` and resolves with what that makes of it.
 * @throws Error in plain words, without secrets; nothing stays open then
 */
export async function openAmqp<T>(options: AmqpOptions, setUp: (connection: AmqpConnection) => Promise<T>): Promise<T> {
  const { signal, url } = options;
  // Ends the socket in every phase, the handshake included, for which the library has no other handle.
  const socket = new AbortController();
  const giveUp = () => socket.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal.aborted) throw signal.reason as Error;
    const connection = await abortable(dial(options, socket), signal);
    return await abortable(setUp(connection), signal);
  } catch (error) {
    giveUp();
    const silent =
      toError(error).message === 'connect ETIMEDOUT' && new Error(`no answer within ${options.silenceMs} ms`);
    throw new Error(explainAmqpError(signal.aborted ? signal.reason : silent || error, url));
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function dial(options: AmqpOptions, socket: AbortController): Promise<AmqpConnection> {
  const url = new URL(options.url);
  url.search = '';
  url.searchParams.set('heartbeat', `${HEARTBEAT}`);
  url.searchParams.set('maxFrameSize', `${MAX_FRAME_BYTES}`);
  const socketOptions = {
    // Nagle and delayed acknowledgements make the handshake ten times slower
    noDelay: true,
    // ends with the handshake
    timeout: options.silenceMs,
    // the library reads them from the URL without regard to UTF-8
    ...(url.username || url.password ? { credentials: plainCredentials(url) } : {}),
    clientProperties: { connection_name: options.name },
    signal: socket.signal,
  };
  const model = await connect(url.href, socketOptions as Parameters<typeof connect>[1]);
  let blocked: string | undefined;
  const lost = (error?: Error) =>
    options.lost(new Error(explainAmqpError(error ?? new Error('connection closed by the broker'), options.url)));
  // The listeners stay: errors come also on connections that were given up long ago.
  model.on('error', lost);
  model.on('close', lost);
  model.on('blocked', (reason) => {
    blocked = alarmOf(reason);
    options.onBlockedChange?.();
  });
  model.on('unblocked', () => {
    blocked = undefined;
    options.onBlockedChange?.();
  });
  return {
    model,
    version: model.connection.serverProperties.version,
    get blocked() {
      return blocked;
    },
    destroy: () => socket.abort(),
    async end() {
      const limit = AbortSignal.timeout(GOODBYE_MS);
      await abortable(model.close(), limit).catch(() => undefined);
      socket.abort();
    },
  };
}

/** A channel whose errors are heard: without a listener the first one would end the process. */
export async function openChannel(model: ChannelModel, onError: (error: Error) => void = ignore): Promise<Channel> {
  const channel = await model.createChannel();
  return channel.on('error', onError);
}

/** Like {@link openChannel}; the broker confirms what is published on it. */
export async function openConfirmChannel(
  model: ChannelModel,
  onError: (error: Error) => void
): Promise<ConfirmChannel> {
  const channel = await model.createConfirmChannel();
  return channel.on('error', onError);
}

const ignore = () => undefined;

/** `RabbitMQ at host:port`. */
export function amqpAddress(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `RabbitMQ at ${hostname}:${port || (protocol === 'amqps:' ? 5671 : 5672)}`;
}

/** The virtual host that the URL names; `/` by default. */
export function amqpVhost(url: string): string {
  return decode(new URL(url).pathname.slice(1)) || '/';
}

/** What the broker and the library say, for a person: names user and virtual host, never the password. */
function explainAmqpError(error: unknown, url: string): string {
  const parsed = new URL(url);
  const user = decode(parsed.username) || 'guest';
  const text = describeError(error, secretsOfUrl(url));
  return `${amqpAddress(url)}: ${meaning(text, user, amqpVhost(url))}`;
}

function meaning(text: string, user: string, vhost: string): string {
  if (/ACCESS_REFUSED - Login was refused/.test(text))
    return `login refused for user "${user}"; check user and password`;
  if (/connection limit .* is reached/.test(text))
    return `user "${user}" or virtual host "${vhost}" has as many connections as its limit allows; raise it, or find out who holds them`;
  // said of a virtual host that does not exist, and of one that the user may not enter
  if (/NOT_ALLOWED/.test(text))
    return `user "${user}" gets no access to the virtual host "${vhost}"; does it exist, and has the user permissions?`;
  if (
    /exceeds maxFrameSize|Invalid frame|Unknown frame type|Frame on unknown channel|Expected Connection|during handshake/i.test(
      text
    )
  )
    return 'what answers does not speak AMQP 0-9-1; is the port right?';
  if (/closed abruptly during opening handshake/.test(text))
    return 'connection closed during the handshake; is it AMQP that listens at this port, and does it want TLS?';
  if (/CONNECTION[_-]FORCED/.test(text))
    return 'the broker closed the connection; it is shutting down, or an administrator did';
  if (/Heartbeat timeout/.test(text)) return `no heartbeat for ${2 * HEARTBEAT} s`;
  if (/Unexpected close/.test(text)) return 'connection closed by the broker';
  return text.replace(/^(Handshake terminated by server|Connection closed|Operation failed): /, '');
}

/** RabbitMQ's reasons are `low on memory`, `low on disk` and `low on memory & disk`. */
function alarmOf(reason: string): string {
  const resource = /^low on (.+)$/.exec(reason)?.[1];
  return resource ? `${resource.replace('&', 'and')} alarm` : reason || 'resource alarm';
}

function plainCredentials(url: URL) {
  return credentials.plain(decode(url.username), decode(url.password));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

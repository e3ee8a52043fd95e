/** Opens AMQP 0-9-1 connections that can be given up at any moment. */
import { connect, credentials, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import type { TlsSettings } from '../../fields/tls';
import { safeDecode } from '../../text/decode';
import { NoAnswer, Rejection, toError } from '../../text/errors';
import { withReason } from '../../text/failure-reason';
import { attemptOptions } from '../kit/connect';
import { LIMITS, TooMuch } from '../kit/inbound/limits';
import { abortable } from '../kit/kept-connection';
import { tlsOptions } from '../kit/tls';
import { catchEarlyErrors } from './early-errors';
import { amqpError, HEARTBEAT_S } from './errors';

catchEarlyErrors();

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
  /** For `amqps:`. */
  tls: TlsSettings | undefined;
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
 * @throws Error in plain words, without secrets; a Rejection where the broker said no; nothing stays open then
 */
export async function openAmqp<T>(options: AmqpOptions, setUp: (connection: AmqpConnection) => Promise<T>): Promise<T> {
  const { signal, url } = options;
  // Ends the socket in every phase, the handshake included, for which the library has no other handle.
  const socket = new AbortController();
  const giveUp = () => socket.abort();
  /** What the broker said when it closed the connection; what was waiting on it knows only that it is closed. */
  let told: Error | undefined;
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal.aborted) throw signal.reason as Error;
    const lost = (error: Error) => {
      told ??= error;
      options.lost(error);
    };
    const connection = await abortable(dial({ ...options, lost }, socket), signal);
    return await abortable(setUp(connection), signal);
  } catch (error) {
    giveUp();
    // in plain words already
    if (error instanceof Rejection && !(error instanceof TooMuch)) throw error;
    if (told instanceof Rejection && !signal.aborted) throw told;
    const silent =
      toError(error).message === 'connect ETIMEDOUT' && new NoAnswer(`no answer within ${options.silenceMs} ms`);
    throw amqpError(signal.aborted ? signal.reason : silent || error, url);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function dial(options: AmqpOptions, socket: AbortController): Promise<AmqpConnection> {
  const url = new URL(options.url);
  url.search = '';
  url.searchParams.set('heartbeat', `${HEARTBEAT_S}`);
  url.searchParams.set('frameMax', `${LIMITS.frameBytes}`);
  const socketOptions = {
    // Nagle and delayed acknowledgements make the handshake ten times slower
    noDelay: true,
    // ends with the handshake
    timeout: options.silenceMs,
    // the library reads them from the URL without regard to UTF-8
    ...(url.username || url.password ? { credentials: plainCredentials(url) } : {}),
    clientProperties: { connection_name: options.name },
    signal: socket.signal,
    ...attemptOptions(options.silenceMs),
    ...(url.protocol === 'amqps:' && tlsOptions(options.tls, url.hostname)),
  };
  const model = await connect(url.href, socketOptions as Parameters<typeof connect>[1]);
  let blocked: string | undefined;
  const lost = (error?: Error) =>
    options.lost(amqpError(error ?? withReason(new Error('connection closed by the broker'), 'closed'), options.url));
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

/** RabbitMQ's reasons are `low on memory`, `low on disk` and `low on memory & disk`. */
function alarmOf(reason: string): string {
  const resource = /^low on (.+)$/.exec(reason)?.[1];
  return resource ? `${resource.replace('&', 'and')} alarm` : reason || 'resource alarm';
}

function plainCredentials(url: URL) {
  return credentials.plain(safeDecode(url.username), safeDecode(url.password));
}

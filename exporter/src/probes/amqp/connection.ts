/** Opens AMQP 0-9-1 connections that can be aborted at any time. */
import { connect, credentials, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import type { Socket } from 'node:net';
import type { TlsSettings } from '../../fields/tls';
import { safeDecode } from '../../text/decode';
import { NoAnswer, noAnswer, Rejection, toError, withoutConnection } from '../../text/errors';
import { withReason } from '../../text/failure-reason';
import { attemptOptions, dialWithin } from '../kit/connect';
import { limitHandshakeOver } from '../kit/inbound/handshake';
import { LIMITS, TooMuch } from '../kit/inbound/limits';
import { abortable } from '../kit/kept-connection';
import { tlsOptions } from '../kit/tls';
import { catchEarlyErrors } from './early-errors';
import { amqpError, HEARTBEAT_S } from './errors';

catchEarlyErrors();

const GOODBYE_MS = 200;

export interface AmqpConnection {
  readonly model: ChannelModel;
  /** Version of the broker, e.g. `3.10.8`. */
  readonly version: string | undefined;
  /** Why the broker currently blocks publishing on this connection, e.g. `memory alarm`; `undefined` if it does not. */
  readonly blocked: string | undefined;
  /** Closes the socket immediately; pending operations on this connection reject. @param reason what `lost` is told of */
  destroy(reason?: Error): void;
  /**
   * Closes the connection properly, so that the broker's log shows no lost client; closes the socket after 200 ms in
   * any case.
   */
  end(): Promise<void>;
}

export interface AmqpOptions {
  /** `amqp://user:password@host:5672/vhost`, or `amqps:`. */
  url: string;
  /** For `amqps:`. */
  tls: TlsSettings | undefined;
  /** Connection name shown to the broker's administrators. */
  name: string;
  /** Aborts the attempt; its reason becomes part of the message. */
  signal: AbortSignal;
  /** Limit for the TCP connection, in milliseconds; what follows is limited by the signal. */
  connectMs: number;
  /** Called at least once when the open connection breaks, with an error in plain words. */
  lost(error: Error): void;
  /** Called when the broker starts or stops blocking publishers. */
  onBlockedChange?(): void;
}

/**
 * Opens a connection, passes it to `setUp` and resolves with its result.
 * @throws Error in plain words, without secrets; a Rejection if the broker rejected it. The connection is closed then
 */
export async function openAmqp<T>(options: AmqpOptions, setUp: (connection: AmqpConnection) => Promise<T>): Promise<T> {
  const { signal, url } = options;
  // Closes the socket in every phase, including the handshake, during which the library has no other handle.
  const socket = new AbortController();
  const giveUp = () => socket.abort();
  /** The broker's reason for closing the connection; pending operations only know that it is closed. */
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
    const isUnconnected = toError(error).message === 'connect ETIMEDOUT';
    const reason = isUnconnected ? withoutConnection(new NoAnswer(noAnswer(options.connectMs))) : error;
    throw amqpError(signal.aborted ? signal.reason : reason, url);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** The connection that TLS is spoken over: the library would make one that nobody can look at before its handshake. */
async function openCarrier(
  { hostname, port }: URL,
  { signal, connectMs }: AmqpOptions,
  ended: AbortSignal
): Promise<{ socket: Socket; stop: () => void }> {
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5671) };
  const socket = await dialWithin(place, connectMs, signal);
  ended.addEventListener('abort', () => socket.destroy(), { once: true });
  return { socket, stop: limitHandshakeOver(socket) };
}

async function dial(options: AmqpOptions, socket: AbortController): Promise<AmqpConnection> {
  const url = new URL(options.url);
  url.search = '';
  url.searchParams.set('heartbeat', `${HEARTBEAT_S}`);
  url.searchParams.set('frameMax', `${LIMITS.frameBytes}`);
  const socketOptions = {
    // Nagle and delayed acknowledgements make the handshake ten times slower
    noDelay: true,
    // the library decodes them from the URL without UTF-8
    ...(url.username || url.password ? { credentials: plainCredentials(url) } : {}),
    clientProperties: { connection_name: options.name },
    signal: socket.signal,
    ...attemptOptions(options.connectMs),
    ...(url.protocol === 'amqps:' && tlsOptions(options.tls, url.hostname)),
  };
  const carrier = url.protocol === 'amqps:' ? await openCarrier(url, options, socket.signal) : undefined;
  // the library's own limit, see catchEarlyErrors, would be one for the TLS handshake too
  const settings = { ...socketOptions, ...(carrier ? { socket: carrier.socket } : { timeout: options.connectMs }) };
  const model = await connect(url.href, settings as Parameters<typeof connect>[1]).finally(carrier?.stop);
  let blocked: string | undefined;
  let ended: Error | undefined;
  const lost = (error?: Error) =>
    options.lost(
      amqpError(ended ?? error ?? withReason(new Error('connection closed by the broker'), 'closed'), options.url)
    );
  // listeners are never removed: errors may occur on connections that were abandoned
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
    destroy(reason) {
      ended ??= reason;
      socket.abort();
    },
    async end() {
      const limit = AbortSignal.timeout(GOODBYE_MS);
      await abortable(model.close(), limit).catch(() => undefined);
      socket.abort();
    },
  };
}

/** A channel with an error listener; without one the first error would end the process. */
export async function openChannel(model: ChannelModel, onError: (error: Error) => void = ignore): Promise<Channel> {
  const channel = await model.createChannel();
  return channel.on('error', onError);
}

/** Like {@link openChannel}, with publisher confirms. */
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

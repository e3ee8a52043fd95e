/** One kept HTTP/1.1 connection: opening, keep-alive and progress. The single place for TLS. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { buildConnector, Client, errors } from 'undici';
import { tlsOf, type WithTls } from '../../fields/tls';
import { arrivedAt, noteSent } from '../../runtime/arrivals';
import { CONNECTED, NO_CONNECTION, NO_TLS_HANDSHAKE } from '../../text/errors';
import { attemptOptions } from '../kit/connect';
import { gateHttp } from '../kit/inbound/gate';
import { limitHandshake } from '../kit/inbound/handshake';
import { tlsOptions } from '../kit/tls';
import type { HttpRequest } from './request';

export interface ConnectionOptions extends WithTls {
  /** Timeout for connecting, in milliseconds. */
  timeout: number;
  /** Time between two requests, in milliseconds. */
  interval: number;
}

/** Long enough for several requests in a row, below the 5 s after which Node and uvicorn close connections. */
const SHORTEST_KEEP_MS = 4000;
const LONGEST_KEPT_INTERVAL_MS = 30_000;

/** A connection used for this long was kept between ticks. */
const KEPT_MS = 500;

export interface Connection {
  readonly client: Client;
  readonly openedAt: number;
  /** Whether a TLS handshake was completed. */
  readonly isSecured: boolean;
  /** Time to connect, including the TLS handshake. */
  connectMs: number;
  /** When the certificate of the server expires, in milliseconds since the epoch. */
  readonly certificateExpiry: number | undefined;
  /** When the first response arrived on the open connection. */
  answeredAt: number | undefined;
  /** From the first response to the last. */
  keptMs: number;
  /**
   * How far the request has come: `no connection`, `connected, no TLS handshake`, `connected, no reply`,
   * `incomplete reply`.
   */
  progress(request: HttpRequest): string;
  destroy(): void;
}

/** @param onLost called when the server closes a connection that was kept between requests */
export function openConnection(
  origin: string,
  { timeout, interval, ...tls }: ConnectionOptions,
  onLost: () => void
): Connection {
  const { protocol, hostname } = new URL(origin);
  const isSecure = protocol === 'https:';
  const connector = buildConnector({
    timeout,
    // this class handles connections with one request at a time
    allowH2: false,
    ...attemptOptions(timeout),
    ...(isSecure && tlsOptions(tlsOf(tls), hostname)),
  });
  const openedAt = noteSent();
  let socket: Socket | undefined;
  let expiry: number | undefined;
  let isConnected = false;
  const client = new Client(origin, {
    allowH2: false,
    // remembered, as undici does not destroy a socket that is still connecting
    connect(options, callback) {
      const startedAt = noteSent();
      socket = connector(options, (error, connected) => {
        open.connectMs = Math.max(startedAt, arrivedAt()) - startedAt;
        isConnected = !error;
        if (error) return callback(error, null);
        gateHttp(connected);
        callback(null, connected);
      }) as unknown as Socket;
      if (socket instanceof TLSSocket) limitHandshake(socket);
    },
    pipelining: 1,
    // imprecise (400 → 1,011 ms), and without effect on a slow body: the signal is the timeout
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs(interval),
    keepAliveTimeoutThreshold: 500,
  });
  const open: Connection = {
    client,
    openedAt,
    connectMs: 0,
    get isSecured() {
      return isSecure && isConnected;
    },
    get certificateExpiry() {
      return isSecure ? (expiry ??= expiryOf(socket as TLSSocket | undefined)) : undefined;
    },
    answeredAt: undefined,
    keptMs: 0,
    progress({ answering }) {
      if (!socket || socket.connecting) return NO_CONNECTION;
      if (isSecure && (socket as TLSSocket).getProtocol() === null) return NO_TLS_HANDSHAKE;
      return answering ? 'incomplete reply' : CONNECTED;
    },
    destroy() {
      socket?.on('error', () => undefined).destroy();
      client.destroy(new Error('closed')).catch(() => undefined);
    },
  };
  client.on('disconnect', (_origin, _targets, error) => {
    const { keptMs } = open;
    open.answeredAt = undefined;
    open.keptMs = 0;
    // Many servers close connections soon after each response, which is normal. A connection that was kept between
    // ticks is not expected to close.
    if (keptMs >= KEPT_MS && !client.destroyed && isClosed(error)) onLost();
  });
  return open;
}

/**
 * How long an idle connection is kept, in milliseconds: longer than until the next request. If a server closes it
 * earlier without announcing it in `Keep-Alive`, that costs a second attempt. After a minute of idling a firewall may
 * drop the connection silently, which would cost the whole timeout.
 */
function keepAliveMs(interval: number): number {
  return interval > LONGEST_KEPT_INTERVAL_MS ? SHORTEST_KEEP_MS : Math.max(SHORTEST_KEEP_MS, interval * 1.5);
}

/** `undefined` for a cipher without certificates. */
function expiryOf(socket: TLSSocket | undefined): number | undefined {
  const time = Date.parse(socket?.getPeerX509Certificate()?.validTo ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Whether the peer closed it. */
export function isClosed(error: unknown): boolean {
  if (error instanceof errors.SocketError) return true;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

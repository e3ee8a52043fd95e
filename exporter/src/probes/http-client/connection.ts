/** One kept connection over HTTP/1.1: how it is opened, for how long it is kept, how far it came. The one place for TLS. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector, Client, errors } from 'undici';
import { tlsOf, type WithTls } from '../../fields/tls';
import { arrivedAt, noteSent } from '../../runtime/arrivals';
import { attemptOptions } from '../kit/connect';
import { tlsOptions } from '../kit/tls';
import type { HttpRequest } from './request';

export interface ConnectionOptions extends WithTls {
  /** Longest time that connecting may take, in milliseconds. */
  timeout: number;
  /** Time between two requests, in milliseconds. */
  interval: number;
}

/** For several requests one after the other; below the 5 s after which Node and uvicorn close theirs. */
const SHORTEST_KEEP_MS = 4000;
const LONGEST_KEPT_INTERVAL_MS = 30_000;

/** A connection that served for this long was kept from one tick to the next. */
const KEPT_MS = 500;

export interface Connection {
  readonly client: Client;
  readonly openedAt: number;
  /** Whether a TLS handshake came to its end. */
  readonly isSecured: boolean;
  /** What it took to connect, the TLS handshake included. */
  connectMs: number;
  /** When the certificate of the server expires, in milliseconds since the epoch. */
  readonly certificateExpiry: number | undefined;
  /** When the first answer came over the connection that is open now. */
  answeredAt: number | undefined;
  /** From the first answer to the last. */
  keptMs: number;
  /** What is missing for the request: `no connection`, `no TLS handshake`, `no answer`, `no complete answer`. */
  progress(request: HttpRequest): string;
  destroy(): void;
}

/** @param onLost is called when the server closes a connection that was kept from one request to the next */
export function openConnection(
  origin: string,
  { timeout, interval, ...tls }: ConnectionOptions,
  onLost: () => void
): Connection {
  const { protocol, hostname } = new URL(origin);
  const isSecure = protocol === 'https:';
  const connector = buildConnector({
    timeout,
    // what is kept, counted and closed here are connections with one request at a time
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
    // kept: undici would leave a socket that is still connecting to itself
    connect(options, callback) {
      const startedAt = noteSent();
      socket = connector(options, (error, connected) => {
        open.connectMs = Math.max(startedAt, arrivedAt()) - startedAt;
        isConnected = !error;
        if (error) callback(error, null);
        else callback(null, connected);
      }) as unknown as Socket;
    },
    pipelining: 1,
    // coarse (400 → 1,011 ms), and blind to a body that drips: the signal is the deadline
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
      if (!socket || socket.connecting) return 'no connection';
      if (isSecure && (socket as TLSSocket).getProtocol() === null) return 'no TLS handshake';
      return answering ? 'no complete answer' : 'no answer';
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
    // Many a server closes soon after each answer: no news. That one breaks which was kept from tick to tick is.
    if (keptMs >= KEPT_MS && !client.destroyed && isClosed(error)) onLost();
  });
  return open;
}

/**
 * How long an idle connection is kept, in milliseconds: longer than it takes until the next request. A server that closes it sooner, and does
 * not say so in `Keep-Alive`, costs a second attempt and no more. What is idle for a minute may be forgotten by a firewall between,
 * without a word: then it would cost the whole deadline.
 */
function keepAliveMs(interval: number): number {
  return interval > LONGEST_KEPT_INTERVAL_MS ? SHORTEST_KEEP_MS : Math.max(SHORTEST_KEEP_MS, interval * 1.5);
}

/** `undefined` for a cipher without certificates. */
function expiryOf(socket: TLSSocket | undefined): number | undefined {
  const time = Date.parse(socket?.getPeerCertificate().valid_to ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Closed by the other side, not by us. */
export function isClosed(error: unknown): boolean {
  if (error instanceof errors.SocketError) return true;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

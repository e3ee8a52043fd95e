/** A connection up to the start-up packet: TCP or Unix socket, with TLS if required. */
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  CLOSED_UNANSWERED,
  CONNECTED,
  NO_TLS_HANDSHAKE,
  toError,
  withoutConnection,
  withProgress,
} from '../../../text/errors';
import { attemptOptions, limitConnecting } from '../../kit/connect';
import { connectTls } from '../../kit/inbound/handshake';
import type { Slot } from '../../kit/slots';
import { isSocket, socketPath, type Place, type TlsSettings } from '../url/connection';
import { guard, NOT_POSTGRESQL, type Guard } from './guard';
import { tlsOptions } from './tls-options';

/** `offered`: TLS if the server offers it. */
export type Way = 'plain' | 'offered' | 'tls';

export interface Route {
  place: Place;
  way: Way;
  tls: TlsSettings;
}

export interface Stream {
  socket: Socket;
  guard: Guard;
  secure: boolean;
}

export interface StreamOptions {
  route: Route;
  /** Timeout of the TCP connection: a missing host does not respond. */
  connectMs: number;
  signal: AbortSignal;
  /** Where it is counted; absent for connections that are closed immediately. */
  slot?: Slot;
}

const NO_TLS = 'it does not speak TLS; turn on ssl there, or set sslmode=disable';
/** Slightly longer than the server's authentication_timeout (1 min). */
const LINGER_MS = 65_000;
const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const TERMINATE = Buffer.from('5800000004', 'hex');
/** The server responds with a TLS confirmation, a denial, or an error in the old format, which pg can parse. */
const [YES, NO, ERROR] = ['S', 'N', 'E'].map((letter) => letter.charCodeAt(0));

/** Failures of the TLS handshake itself, after which libpq's `prefer` continues without TLS. */
export class TlsFailure extends Error {}

/** When `signal` aborts, the connection is closed, see {@link leave}. */
export async function openStream({ route, connectMs, signal, slot }: StreamOptions): Promise<Stream> {
  const { place, way, tls } = route;
  if (signal.aborted) {
    slot?.release();
    throw signal.reason as Error;
  }
  const socket = dial(place, connectMs);
  socket.on('error', () => undefined);
  slot?.hold(socket);
  let handshake: TLSSocket | undefined;
  const work = async (): Promise<Stream> => {
    limitConnecting(socket, connectMs);
    await settled(socket, 'connect');
    if (way === 'plain') return { socket, guard: guard(socket), secure: false };
    if (!tls.direct && !(await offersTls(socket, way))) return { socket, guard: guard(socket), secure: false };
    handshake = connectTls({ socket, ...tlsOptions(tls, place) });
    handshake.on('error', () => undefined);
    await settled(handshake, 'secureConnect').catch((error: unknown) => {
      handshake?.destroy();
      throw new TlsFailure('', { cause: toError(error) });
    });
    return { socket: handshake, guard: guard(handshake), secure: true };
  };
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      const reason = signal.reason as Error;
      reject(
        socket.connecting ? withoutConnection(reason) : withProgress(reason, handshake ? NO_TLS_HANDSHAKE : CONNECTED)
      );
      // an incomplete handshake cannot be closed properly, and its abort ends the server's side immediately
      if (socket.connecting || handshake) (handshake ?? socket).destroy();
      else leave(socket, false);
    };
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } catch (error) {
    if (!signal.aborted) (handshake ?? socket).destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function dial(place: Place, connectMs: number): Socket {
  const { host, address, port } = place;
  if (isSocket(place)) return connectSocket({ path: socketPath(host, port) });
  const keep = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 };
  return connectSocket({ host: address ?? host, port, ...keep, ...attemptOptions(connectMs) });
}

/**
 * Disconnects without making the server wait or log it, and waits for the server to close its side; if it hangs, it is
 * counted until then.
 * @param loggedIn whether to send Terminate; before the login it would be taken for a password
 */
export function leave(socket: Socket, loggedIn: boolean): void {
  if (socket.destroyed) return;
  if (loggedIn) socket.write(TERMINATE);
  socket.end();
  // the end of the server's side is detected only while reading
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Exactly one byte: unencrypted data after it could be mistaken for encrypted data (CVE-2021-23222). */
async function offersTls(socket: Socket, way: Way): Promise<boolean> {
  socket.write(SSL_REQUEST);
  await settled(socket, 'readable');
  const answer = socket.read() as Buffer | null;
  if (answer === null) throw new Error(CLOSED_UNANSWERED);
  if (answer[0] === YES && answer.length === 1) return true;
  if (answer[0] === ERROR) {
    socket.unshift(answer);
    return false;
  }
  if (answer[0] !== NO || answer.length !== 1) throw new Error(NOT_POSTGRESQL);
  if (way === 'tls') throw new Error(NO_TLS);
  return false;
}

async function settled(socket: Socket, event: 'connect' | 'readable' | 'secureConnect'): Promise<void> {
  const controller = new AbortController();
  const closed = once(socket, 'close', controller).then(() => {
    throw new Error(CLOSED_UNANSWERED);
  });
  closed.catch(() => undefined);
  try {
    await Promise.race([once(socket, event, controller), closed]);
  } finally {
    controller.abort();
  }
}

/** One login at one host. */
import { Client } from 'pg';
import { startDeadline } from '../../../runtime/deadline';
import { NoAnswer, noAnswer, toError } from '../../../text/errors';
import type { Slot } from '../../kit/slots';
import type { ConnectionSettings } from '../url/connection';
import { asRejection, closedUnanswered } from './errors';
import { NOT_POSTGRESQL } from './guard';
import { limitKeyWork } from './key-work';
import { leave, openStream, type Route, type Stream } from './stream';
import { opened, wireOf } from './wire';

export interface Session {
  client: Client;
  /** How it was established; `way` is `plain` or `tls` by now. */
  route: Route;
  /** The query for the liveness check. */
  question: string;
  /** The version in the server's greeting. */
  serverVersion?: string;
  /** Ends the session properly; the server may take its time. */
  leave(): void;
}

export interface LoginOptions {
  settings: ConnectionSettings;
  connectMs: number;
  /** Timeout of the login, in milliseconds. */
  loginMs: number;
  signal: AbortSignal;
  slot: Slot;
  /** Called when the session ends, at any time. */
  lost(error: Error): void;
}

/** Higher values would only serve to keep the client busy. */
const SCRAM_ITERATIONS = 1_000_000;

/**
 * Rejects on timeout, on rejection by the server, and when `signal` aborts: the connection is then closed, and counts
 * until the server has closed it.
 */
export async function logIn(route: Route, options: LoginOptions): Promise<Session> {
  const { settings, connectMs, loginMs, signal, slot, lost } = options;
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const tooLate = new NoAnswer(noAnswer(loginMs));
  const clear = startDeadline(loginMs, () => controller.abort(tooLate));
  try {
    const stream = await openStream({ route, connectMs, signal: controller.signal, slot });
    return await authenticate(
      stream,
      { ...route, way: stream.secure ? 'tls' : 'plain' },
      settings,
      controller.signal,
      lost
    );
  } finally {
    clear();
    signal.removeEventListener('abort', abort);
  }
}

async function authenticate(
  stream: Stream,
  route: Route,
  settings: ConnectionSettings,
  signal: AbortSignal,
  lost: (error: Error) => void
): Promise<Session> {
  const { socket, guard } = stream;
  const { user, password, database, applicationName, options, bindsChannel } = settings;
  const client = new Client({
    ...{ user, password, database, options },
    application_name: applicationName,
    // for the password file
    host: route.place.host,
    port: route.place.port,
    // already done
    ssl: false,
    // the server chooses the types of its columns: what they hold is read by whoever asked, see figures/read.ts
    types: { getTypeParser: () => (value: unknown) => value },
    stream: () => opened(stream),
    enableChannelBinding: bindsChannel,
    // missing in pg's types
    ...{ sslnegotiation: 'postgres', scramMaxIterations: SCRAM_ITERATIONS },
  });
  limitKeyWork(client, signal);
  const wire = wireOf(client);
  let authenticated = false;
  // an end before the session is open, or caused by us, is not a loss
  let isOpen = false;
  const onEnd = (error: Error) => isOpen && lost(error);
  const session: Session = {
    client,
    route,
    question: 'SELECT 1',
    leave() {
      isOpen = false;
      leave(socket, authenticated);
    },
  };
  wire.once('authenticationOk', () => (authenticated = true));
  wire.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
    if (parameterName === 'server_version') session.serverVersion = parameterValue;
  });
  const unbound = bindsChannel ? refuseUnbound(wire, socket, stream.secure) : new Promise<never>(() => undefined);
  client.on('error', onEnd);
  client.on('end', () => onEnd(new Error('connection closed by the server')));
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      session.leave();
      // pg does not detect garbage, but waits for the rest of the message
      reject(guard.foreign ? new Error(NOT_POSTGRESQL) : (signal.reason as Error));
    };
  });
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([client.connect(), aborted, unbound]);
    guard.greeted();
    isOpen = true;
    return session;
  } catch (error) {
    session.leave();
    throw asRejection(closedUnanswered(toError(error), socket.bytesRead));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Sends the password only to a server that proves that there is no man in the middle: libpq's channel_binding=require.
 */
function refuseUnbound(wire: ReturnType<typeof wireOf>, socket: Stream['socket'], secure: boolean): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => {
      // before pg's own listener responds
      socket.destroy();
      reject(new Error('channel_binding=require, and the server offers no log-in by SCRAM-SHA-256-PLUS'));
    };
    wire.on('authenticationCleartextPassword', refuse).on('authenticationMD5Password', refuse);
    let bound = false;
    wire.on('authenticationSASL', ({ mechanisms }: { mechanisms: string[] }) => {
      bound = secure && mechanisms.includes('SCRAM-SHA-256-PLUS');
      if (!bound) refuse();
    });
    wire.once('authenticationOk', () => {
      if (!bound) refuse();
    });
  });
}

/** One log-in at one host. */
import { Client } from 'pg';
import { startDeadline } from '../../../runtime/deadline';
import { toError } from '../../../text/errors';
import type { Slot } from '../../kit/slots';
import type { ConnectionSettings } from '../url/connection';
import { asRejection, closedUnanswered } from './errors';
import { NOT_POSTGRESQL } from './guard';
import { leave, openStream, type Route, type Stream } from './stream';
import { opened, wireOf } from './wire';

export interface Session {
  client: Client;
  /** How it came about; `way` is `plain` or `tls` by now. */
  route: Route;
  /** With what it is asked whether it answers. */
  question: string;
  /** What the server calls its version in its greeting. */
  serverVersion?: string;
  /** Goes away in order; the server may take its time. */
  leave(): void;
}

export interface LoginOptions {
  settings: ConnectionSettings;
  connectMs: number;
  /** Limit for the log-in, in milliseconds. */
  loginMs: number;
  signal: AbortSignal;
  slot: Slot;
  /** Called when the session ends, however late. */
  lost(error: Error): void;
}

/** More than any server asks for that is not out to keep us busy. */
const SCRAM_ITERATIONS = 1_000_000;

/** Rejects when it takes too long, when the server refuses, and when `signal` aborts: then it is left, and counts until the server has closed it. */
export async function logIn(route: Route, options: LoginOptions): Promise<Session> {
  const { settings, connectMs, loginMs, signal, slot, lost } = options;
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const tooLate = new Error(`no answer within ${loginMs} ms`);
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
    // for the file of passwords
    host: route.place.host,
    port: route.place.port,
    // all that is done by now
    ssl: false,
    // the server chooses the types of its columns: what they hold is read by whoever asked, see figures/read.ts
    types: { getTypeParser: () => (value: unknown) => value },
    stream: () => opened(stream),
    enableChannelBinding: bindsChannel,
    // what pg's types do not know
    ...{ sslnegotiation: 'postgres', scramMaxIterations: SCRAM_ITERATIONS },
  });
  const wire = wireOf(client);
  let authenticated = false;
  // what ends before, or because we leave, is no loss
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
      // to pg garbage looks like silence: it waits for the rest of the message
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

/** The password goes only to a server that shows that nobody stands between: libpq's channel_binding=require. */
function refuseUnbound(wire: ReturnType<typeof wireOf>, socket: Stream['socket'], secure: boolean): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => {
      // before pg's own listener answers
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

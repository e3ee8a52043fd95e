/** Opens sessions that begin and end as the server wants it: who breaks off a log-in is counted, and locked out after some. */
import { createConnection, type Connection } from 'mysql2';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { startDeadline } from '../../runtime/deadline';
import { CLOSED_UNANSWERED, toError, withoutConnection } from '../../text/errors';
import { abortable } from '../kit/kept-connection';
import type { Address } from './address';
import { asRejection, closedUnanswered } from './errors';
import { guardBytes, guardOrder, internalsOf } from './guard';
import type { Sockets } from './sockets';

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /** As the server greets: `5.5.5-10.11.19-MariaDB-0+deb12u1`. */
  readonly greeting: string;
  /** Rejects with the server's error, or with how the connection ended. */
  query(sql: string): Promise<Row[]>;
  /** Says goodbye, and lets the server close its side. */
  leave(): void;
}

export interface SessionOptions {
  address: Address;
  tls: ConnectionOptions | undefined;
  /** Shown in performance_schema.session_connect_attrs. */
  name: string;
  sockets: Sockets;
  /** Limit for the TCP connection: a host that is not there says nothing. */
  connectMs: number;
  /** Limit for the log-in. */
  loginMs: number;
  /** Longest time that a statement may take there, in milliseconds. */
  statementMs: number;
  /** The server ends a session that is silent for longer, in seconds. */
  silentS: number;
  /** Gives the attempt up at once. */
  signal: AbortSignal;
  /** Called when the session ends, also by `leave`. */
  lost(error: Error): void;
}

const QUIT = Buffer.from([1, 0, 0, 0, 1]);
/** So long a server may take to see a goodbye; it is counted until then. */
const LINGER_MS = 10_000;

/** @throws Error, a Rejection where the server's answer is no; nothing stays open then */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { address, sockets, connectMs, loginMs, signal } = options;
  const socket = await sockets.dial(address, signal);
  try {
    await within(once(socket, 'connect'), connectMs, signal);
  } catch (error) {
    socket.destroy();
    throw /^no answer within/.test(toError(error).message) ? withoutConnection(toError(error)) : toError(error);
  }
  let connection: Connection | undefined;
  try {
    connection = login(socket, options);
    await within(greeted(connection, socket), loginMs, signal);
    await limit(connection, options);
  } catch (error) {
    socket.destroy();
    throw asRejection(closedUnanswered(error, socket.bytesRead));
  }
  return sessionOf(connection, socket, options.lost);
}

function login(socket: Socket, { address, tls, name }: SessionOptions): Connection {
  const { host, port, user, password, database } = address;
  guardBytes(socket, { greets: true, alone: tls !== undefined });
  const connection = createConnection({
    ...{ host, port, user, password, database, stream: socket },
    // each step has a deadline of its own
    connectTimeout: 0,
    connectAttributes: { program_name: name },
    // no server reads files of ours
    flags: ['-LOCAL_FILES'],
    disableEval: true,
    supportBigNumbers: true,
    ssl: tls && {},
  });
  connection.on('error', () => undefined);
  guardOrder(connection);
  if (tls) speakTls(connection, socket, tls);
  return connection;
}

/** In the place of mysql2's own way, which takes neither a context nor a name of the server. */
function speakTls(connection: Connection, socket: Socket, tls: ConnectionOptions): void {
  const inside = internalsOf(connection);
  inside.startTLS = (onSecure) => {
    let isSecure = false;
    socket.removeAllListeners('data');
    const secure = connectTls({ ...tls, socket }, () => {
      isSecure = true;
      onSecure();
    });
    guardBytes(secure, { greets: false, alone: false });
    // mysql2 puts a code of its own on what it is given
    secure.on('error', (error: Error) =>
      isSecure ? inside._handleNetworkError(error) : onSecure(new Error(error.message, { cause: error }))
    );
    secure.on('data', (data: Buffer) => inside.packetParser.execute(data));
    inside.stream = secure;
  };
}

function greeted(connection: Connection, socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('connect', () => resolve());
    connection.once('error', reject);
    // the reason comes first, if there is one
    socket.once('close', () => setImmediate(() => reject(new Error(CLOSED_UNANSWERED))));
  });
}

/** What we ask for must not outlive us there. A server that knows no such limits goes without. */
async function limit(connection: Connection, { statementMs, silentS, loginMs, signal }: SessionOptions): Promise<void> {
  const longest = isMariadb(greetingOf(connection))
    ? `max_statement_time=${statementMs / 1000}`
    : `max_execution_time=${statementMs}`;
  const asked = ask(connection, `SET SESSION wait_timeout=${silentS}, ${longest}`);
  await within(asked, loginMs, signal).catch((error: unknown) => {
    if ((toError(error) as { errno?: number }).errno === undefined) throw error;
  });
}

export const isMariadb = (greeting: string) => /mariadb/i.test(greeting);

const greetingOf = (connection: Connection) => internalsOf(connection)._handshakePacket?.serverVersion ?? '';

function ask(connection: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) =>
      error ? reject(error) : resolve(Array.isArray(rows) ? (rows as Row[]) : [])
    );
  });
}

function sessionOf(connection: Connection, socket: Socket, lost: SessionOptions['lost']): Session {
  let lastError: Error | undefined;
  connection.on('error', (error: Error) => {
    lastError ??= error;
    // it may be half open
    lost(error);
  });
  const gone = () => lost(lastError ?? new Error('connection closed by the server'));
  if (socket.destroyed) queueMicrotask(gone);
  else socket.once('close', gone);

  return {
    greeting: greetingOf(connection),
    query: (sql) => ask(connection, sql),
    leave() {
      if (socket.destroyed) return;
      const { stream } = internalsOf(connection);
      stream.removeAllListeners('data');
      stream.end(QUIT);
      // the end of the server's side is only seen by who reads
      stream.resume();
      const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
      socket.once('close', () => clearTimeout(timer));
    },
  };
}

async function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  let clear: () => void = () => undefined;
  const tooLate = new Promise<never>((_, reject) => {
    clear = startDeadline(ms, () => reject(new Error(`no answer within ${ms} ms`)));
  });
  try {
    return await abortable(Promise.race([promise, tooLate]), signal);
  } finally {
    clear();
  }
}

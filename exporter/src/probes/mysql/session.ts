/** Opens sessions that begin and end as the server wants it. */
import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';
import { withDeadline } from '../../runtime/deadline';
import { CONNECTED, toError, withProgress } from '../../text/errors';
import { withReason } from '../../text/failure-reason';
import { dialWithin } from '../kit/connect';
import { abortable } from '../kit/kept-connection';
import type { Slot } from '../kit/slots';
import type { Row } from '../kit/sql/columns';
import { QUIT } from '../kit/sql/mysql-wire';
import { asRejection, closedUnanswered, serverError } from './errors';
import { internalsOf } from './guard';
import { logIn, type Login, type LoginOptions } from './login';

export interface Session {
  /** As the server greets: `10.11.19-MariaDB-0+deb12u1`. */
  readonly version: string;
  /** Rejects with the server's error, or with how the connection ended. */
  query(sql: string): Promise<Row[]>;
  /** Says goodbye, and lets the server close its side. */
  leave(): void;
}

export interface SessionOptions extends LoginOptions {
  /** Where it is counted. */
  slot: Slot;
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

const KEEP_ALIVE_MS = 10_000;
/** So long a server may take to see a goodbye; it is counted until then. */
const LINGER_MS = 10_000;

/** @throws Error, a Rejection where the server's answer is no; nothing stays open then */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { loginMs, signal } = options;
  const socket = await connected(options);
  const login = logIn(socket, options);
  try {
    await withDeadline(signal, loginMs, (limited) => abortable(login.done, limited));
    await withDeadline(signal, loginMs, (limited) => abortable(limit(login, options), limited));
  } catch (error) {
    login.giveUp();
    throw asRejection(closedUnanswered(withProgress(toError(error), CONNECTED), socket.bytesRead));
  }
  return sessionOf(login, socket, options.lost);
}

async function connected({ address, slot, connectMs, signal }: SessionOptions): Promise<Socket> {
  try {
    const socket = await dialWithin(address, connectMs, signal);
    slot.hold(socket);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  } catch (error) {
    slot.release();
    throw error;
  }
}

/** What we ask for must not outlive us there. A server that knows no such limits goes without. */
async function limit({ connection, version }: Login, { statementMs, silentS }: SessionOptions): Promise<void> {
  const longest = isMariadb(version) ? `max_statement_time=${statementMs / 1000}` : `max_execution_time=${statementMs}`;
  await ask(connection, `SET SESSION wait_timeout=${silentS}, ${longest}`).catch((error: unknown) => {
    if (serverError(error) === undefined) throw error;
  });
}

export const isMariadb = (version: string) => /mariadb/i.test(version);

function ask(connection: Connection, sql: string): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) =>
      error ? reject(error) : resolve(Array.isArray(rows) ? (rows as Row[]) : [])
    );
  });
}

function sessionOf({ connection, version }: Login, socket: Socket, lost: SessionOptions['lost']): Session {
  let lastError: Error | undefined;
  connection.on('error', (error: Error) => {
    lastError ??= error;
    // it may be half open
    lost(error);
  });
  const gone = () => lost(lastError ?? withReason(new Error('connection closed by the server'), 'closed'));
  if (socket.destroyed) queueMicrotask(gone);
  else socket.once('close', gone);

  return {
    version,
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

/** Converts PostgreSQL's errors to sentences, and tells which may be retried soon. */
import { CLOSED_UNANSWERED, describeError, Rejection, toError, Unavailable } from '../../../text/errors';
import { TlsFailure } from './stream';

type ServerError = Error & { code?: string; severity?: string };

/** The server's error code: five letters and digits, https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = original(error) as ServerError;
  return severity !== undefined && typeof code === 'string' ? code : undefined;
}

/** Starting, stopping, recovering: temporary. */
const isPassing = (state: string) => state.startsWith('57');

/** "Connection exception": what a pooler says whose server is away. */
const isOfConnection = (state: string) => state.startsWith('08');

/** Classifies the server's response to a login, see {@link Rejection} and {@link Unavailable}. */
export function asRejection(error: unknown): Error {
  const state = sqlState(error);
  if (state === undefined || isPassing(state)) return toError(error);
  if (isOfConnection(state)) return new Unavailable(toError(error).message, { cause: toError(error) });
  return new Rejection(toError(error).message, { cause: toError(error) });
}

/** Whether the session is over with this error: the server closes it. Poolers and most servers say so in English. */
export function isFatal(error: unknown): boolean {
  return /^(FATAL|PANIC)$/.test((original(error) as ServerError).severity ?? '');
}

/** Whether libpq would try the next host: this one was not reachable or not ready. */
export function triesNextPlace(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || state === '57P03';
}

/** Whether pg_hba.conf may allow the same with, or without, TLS. */
export const isRefusedByRule = (error: unknown) => sqlState(error) === '28000';

function original(error: unknown): Error {
  const found = toError(error);
  const wraps = found instanceof Rejection || found instanceof Unavailable || found instanceof TlsFailure;
  return wraps && found.cause !== undefined ? toError(found.cause) : found;
}

const isClosed = (message: string) => message.startsWith('Connection terminated');

/** Classifies the end of a connection over which no data was received. */
export function closedUnanswered(error: unknown, bytesRead: number): Error {
  return bytesRead === 0 && isClosed(toError(error).message) ? new Error(CLOSED_UNANSWERED) : toError(error);
}

/** A sentence for an error of pg or of the server; see {@link describeError}. */
export function describePostgresqlError(error: unknown, secrets: readonly string[]): string {
  const found = original(error);
  const { message } = found;
  const text = describeError(found, secrets);
  const state = sqlState(found);
  if (state === '28P01') return `${text}; check user and password`;
  if (state === '28000' && /certificate/.test(message)) return `${text}; set tls.cert_file and tls.key_file`;
  if (state === '28000' && /pg_hba/.test(message)) return `${text}; allow it there`;
  if (state === '42501') return `${text}; grant it to the user`;
  if (state === '53300') {
    const limit = /for (role|database)/.test(message) ? 'its CONNECTION LIMIT' : 'max_connections';
    return `too many connections (${text}); raise ${limit}, or find out which clients hold them`;
  }
  if (message.includes('client password must be a string')) return 'it asks for a password, and the URL holds none';
  if (isClosed(message)) return 'connection closed by the server';
  return text;
}

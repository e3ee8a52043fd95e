/** What went wrong with MySQL, in a sentence, and whether it is worth asking again soon. */
import { CLOSED_UNANSWERED, describeError, Rejection, toError } from '../../text/errors';
import { NOT_MYSQL } from './guard';

type MysqlError = Error & { code?: unknown; errno?: unknown; sqlState?: unknown };

/** The number of the server's own error; https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export function serverError(error: unknown): number | undefined {
  const { errno, sqlState } = original(error);
  return typeof errno === 'number' && typeof sqlState === 'string' ? errno : undefined;
}

/** Shutting down, killed, a node of Galera that is not ready: that passes by itself. */
const PASSING = [1047, 1053, 1077, 1079, 1927];
const FULL = [1040, 1203, 1226];

/** Whether it lets nobody in because there are too many already. */
export const isFull = (error: unknown) => FULL.includes(serverError(error) ?? 0);

/** The answer of a server to a log-in, as what it is: see {@link Rejection}. */
export function asRejection(error: unknown): Error {
  const number = serverError(error);
  if (number === undefined || PASSING.includes(number)) return toError(error);
  return new Rejection(toError(error).message, { cause: toError(error) });
}

/** Of a connection that ended: what it ended as, if nothing had come over it. */
export function closedUnanswered(error: unknown, bytesRead: number): Error {
  const { code } = toError(error) as MysqlError;
  return bytesRead === 0 && code === 'PROTOCOL_CONNECTION_LOST' ? new Error(CLOSED_UNANSWERED) : toError(error);
}

function original(error: unknown): MysqlError {
  const found = toError(error);
  return found instanceof Rejection && found.cause !== undefined ? toError(found.cause) : found;
}

const ADVICE = new Map([
  [1040, 'raise max_connections, or find out who holds them'],
  [1044, 'give the user permissions there, or name another one'],
  [1045, 'check user and password'],
  [1049, 'check the name behind the host'],
  [1129, 'run FLUSH HOSTS there, and find out who broke off so many log-ins'],
  [1130, 'create the user for this host'],
  [1203, 'raise max_user_connections, or find out who holds them'],
  [1226, "raise the user's limit, or find out who holds them"],
  [1820, 'set a new password'],
  [1862, 'set a new password'],
  [3118, 'ALTER USER … ACCOUNT UNLOCK'],
  [3159, 'set tls'],
  [4151, 'ALTER USER … ACCOUNT UNLOCK'],
]);

/** The sentence for an error of mysql2 or of the server; see {@link describeError}. */
export function describeMysqlError(error: unknown, secrets: readonly string[], usesTls: boolean): string {
  const found = original(error);
  const { code, message } = found;
  const number = serverError(found);
  if (number !== undefined) {
    // "password: YES" looks like one, and is masked
    const [told = '', used] = message.split(/ \(using password: (YES|NO)\)/);
    const text = describeError(new Error(told), secrets);
    if (used === 'NO') return `${text}; it wants a password, and none is set`;
    // MariaDB says nothing else to who comes without the TLS that it wants
    if (number === 1045 && !usesTls) return `${text}; unless it wants TLS (set tls), check user and password`;
    const advice = ADVICE.get(number);
    return advice === undefined ? text : `${text}; ${advice}`;
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return 'it does not speak TLS; turn it on there, or take out tls';
  if (code === 'PROTOCOL_CONNECTION_LOST' || /in closed state$/.test(message)) return 'connection closed by the server';
  if (/unknown plugin|cleartext|mysql_clear_password/.test(message))
    return 'it asks for a way to log in that is not supported here; give the user a password of mysql_native_password or caching_sha2_password';
  // mysql2's own words for what it cannot read are of its insides
  if (/^(PROTOCOL_|HANDSHAKE_|AUTH_)/.test(String(code)) && found.cause === undefined) return NOT_MYSQL;
  if (/^(TypeError|RangeError|SyntaxError)$/.test(found.name) || code === 'ERR_OUT_OF_RANGE') return NOT_MYSQL;
  return describeError(found, secrets);
}

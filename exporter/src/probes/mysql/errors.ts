/** What went wrong with MySQL, in a sentence and in a word, and whether it is worth asking again soon. */
import type { FailureReason } from '@onehertz/contract';
import { CLOSED_UNANSWERED, describeError, Rejection, toError } from '../../text/errors';
import { reasonOf, reworded, withReason } from '../../text/failure-reason';
import { notMysql } from './guard';

type MysqlError = Error & { code?: unknown; errno?: unknown; sqlState?: unknown };

/** The number of the server's own error; https://mariadb.com/kb/en/mariadb-error-code-reference/ */
export function serverError(error: unknown): number | undefined {
  const { errno, sqlState } = original(error);
  return typeof errno === 'number' && typeof sqlState === 'string' ? errno : undefined;
}

/** What the numbers say, and what to do about it. Those with the reason `reported` pass by themselves, or by others. */
const ANSWERS: ReadonlyMap<number, readonly [reason: FailureReason, advice?: string]> = new Map([
  [1040, ['reported', 'raise max_connections, or find out which clients hold them']],
  [1044, ['permission', 'give the user permissions there, or name another one']],
  [1045, ['auth', 'check user and password']],
  // a node of Galera that is not ready
  [1047, ['reported']],
  [1049, ['rejected', 'check the name behind the host']],
  // shutting down, killed
  [1053, ['reported']],
  [1077, ['reported']],
  [1079, ['reported']],
  [
    1129,
    [
      'rejected',
      'run FLUSH HOSTS there (MySQL: TRUNCATE performance_schema.host_cache), and find out which client aborts so many logins',
    ],
  ],
  [1130, ['auth', 'create the user for this host']],
  [1203, ['reported', 'raise max_user_connections, or find out which clients hold them']],
  [1226, ['reported', "raise the user's limit, or find out which clients hold them"]],
  [1251, ['auth', 'give the user another way to log in']],
  [1698, ['auth', 'check user and password']],
  [1820, ['auth', 'set a new password']],
  [1862, ['auth', 'set a new password']],
  [1927, ['reported']],
  [3118, ['auth', 'ALTER USER … ACCOUNT UNLOCK']],
  [3159, ['rejected', 'set tls']],
  [4151, ['auth', 'ALTER USER … ACCOUNT UNLOCK']],
] as [number, [FailureReason, string?]][]);

/** Whether it accepts no new connections because there are too many. */
const FULL = [1040, 1203, 1226];
export const isFull = (error: unknown) => FULL.includes(serverError(error) ?? 0);

/** The answer of a server to a log-in, as what it is: see {@link Rejection}. */
export function asRejection(error: unknown): Error {
  const number = serverError(error);
  if (isOtherLogin(toError(error).message)) return new Rejection(OTHER_LOGIN, { cause: toError(error) });
  const passes = number === undefined || (ANSWERS.get(number)?.[0] === 'reported' && !FULL.includes(number));
  return passes ? toError(error) : reworded(new Rejection(toError(error).message, { cause: toError(error) }), error);
}

/** The password is kept for itself: who answers in the place of the server could hand out a key of its own. */
export const needsTls = () =>
  withReason(
    new Rejection(
      'it asks for the password by caching_sha2_password, which is safe over TLS only; set tls (with ca_file and server_name, where MySQL made its certificate itself), or server_public_key_file'
    ),
    'auth'
  );

/** Of a connection that ended: what it ended as, if nothing had come over it. */
export function closedUnanswered(error: unknown, bytesRead: number): Error {
  const { code } = toError(error) as MysqlError;
  return bytesRead === 0 && code === 'PROTOCOL_CONNECTION_LOST' ? new Error(CLOSED_UNANSWERED) : toError(error);
}

function original(error: unknown): MysqlError {
  const found = toError(error);
  return found instanceof Rejection && found.cause !== undefined ? toError(found.cause) : found;
}

const OTHER_LOGIN =
  'it asks for a way to log in that is not supported here; give the user a password of mysql_native_password or caching_sha2_password';

interface Meaning {
  text: string;
  reason: FailureReason;
}

/** What an error of mysql2 or of the server means; see {@link describeError}. */
export function explain(error: unknown, secrets: readonly string[], usesTls: boolean): Meaning {
  const found = original(error);
  const number = serverError(found);
  if (number !== undefined)
    return { text: describeAnswer(found, number, secrets, usesTls), reason: ANSWERS.get(number)?.[0] ?? 'rejected' };
  return fromLibrary(found) ?? { text: describeError(found, secrets), reason: reasonOf(found) };
}

function describeAnswer({ message }: Error, number: number, secrets: readonly string[], usesTls: boolean): string {
  // "password: YES" looks like one, and is masked
  const [told = '', used] = message.split(/ \(using password: (YES|NO)\)/);
  const text = describeError(new Error(told.replace(/\.$/, '')), secrets);
  if (used === 'NO') return `${text}; it wants a password, and none is set`;
  // MariaDB says nothing else to who comes without the TLS that it wants
  if (number === 1045 && !usesTls) return `${text}; unless it wants TLS (set tls), check user and password`;
  const advice = ANSWERS.get(number)?.[1];
  return advice === undefined ? text : `${text}; ${advice}`;
}

/** mysql2's own words for what it cannot read are of its insides. */
function fromLibrary({ name, code, message, cause }: MysqlError): Meaning | undefined {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return { text: 'it does not speak TLS; turn it on there, or take out tls', reason: 'tls' };
  if (code === 'PROTOCOL_CONNECTION_LOST' || /in closed state$/.test(message))
    return { text: 'connection closed by the server', reason: 'closed' };
  if (isOtherLogin(message)) return { text: OTHER_LOGIN, reason: 'auth' };
  const isInner = /^(PROTOCOL_|HANDSHAKE_|AUTH_)/.test(String(code)) && cause === undefined;
  if (isInner || /^(TypeError|RangeError|SyntaxError)$/.test(name) || code === 'ERR_OUT_OF_RANGE')
    return { text: notMysql().message, reason: 'protocol' };
  return undefined;
}

const isOtherLogin = (message: string) => /unknown plugin|cleartext|mysql_clear_password/.test(message);

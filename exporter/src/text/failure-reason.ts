/** Classifies errors as one word, by their code, never by their message. */
import type { FailureReason } from '@onehertz/contract';
import { CLOSED_UNANSWERED, NoAnswer, Rejection, rootCause } from './errors';

/** Codes of Node, undici and server responses. */
const REASONS: readonly [RegExp, FailureReason][] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, 'timeout'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EAFNOSUPPORT)$/, 'unreachable'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/, 'closed'],
  [/^(EMFILE|ENFILE|ENOMEM|ENOBUFS)$/, 'exporter'],
  [/^(CERT_|CRL_|ERR_SSL_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/, 'tls'],
  [/^(HPE_|UND_ERR_)/, 'protocol'],
  // S3
  [/^AccessDenied$/, 'permission'],
  [/^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken)$/, 'auth'],
  [/^(SlowDown|ServiceUnavailable|InternalError|XMinio\w+)$/, 'reported'],
];

/** Classes of PostgreSQL's SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SQL_STATES: readonly [RegExp, FailureReason][] = [
  [/^28/, 'auth'],
  [/^42501$/, 'permission'],
  [/^(08|57|53|58|XX)/, 'reported'],
];

/** Reply codes of AMQP that are no mere no: https://www.rabbitmq.com/amqp-0-9-1-reference#constants */
const AMQP_CODES: readonly [RegExp, FailureReason][] = [
  [/^320$/, 'closed'],
  [/^(403|530)$/, 'permission'],
  [/^(506|541)$/, 'reported'],
];

/** The word that an error reply of Redis begins with, which is its code. */
const REDIS_CODES: readonly [RegExp, FailureReason][] = [
  [/^(NOAUTH|WRONGPASS)$/, 'auth'],
  [/^NOPERM$/, 'permission'],
  [/^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|READONLY|NOREPLICAS|OOM)$/, 'reported'],
];

const known = new WeakMap<Error, FailureReason>();

/** Returns `error` with the reason of `cause`, of which it is a rephrasing. */
export function reworded<E extends Error>(error: E, cause: unknown): E {
  return withReason(error, reasonOf(cause));
}

/** Returns `error` with an explicit reason, more precise than its code. */
export function withReason<E extends Error>(error: E, reason: FailureReason): E {
  known.set(error, reason);
  return error;
}

/** The reason of a failure: set explicitly on the error or one of its causes, or derived from its class or code. */
export function reasonOf(thrown: unknown): FailureReason {
  let isRejection = false;
  let error = thrown as Error | undefined;
  for (let depth = 0; typeof error === 'object' && error !== null && depth < 10; depth++) {
    const reason = known.get(error);
    if (reason !== undefined) return reason;
    if (error instanceof NoAnswer || error.name === 'TimeoutError') return 'timeout';
    isRejection ||= error instanceof Rejection;
    error = error.cause as Error | undefined;
  }
  return reasonOfRoot(rootCause(thrown)) ?? (isRejection ? 'rejected' : 'other');
}

/** The reason for an unexpected HTTP status code. */
export function reasonOfStatus(statusCode: number): FailureReason {
  if (statusCode === 401 || statusCode === 407) return 'auth';
  if (statusCode === 403) return 'permission';
  if (statusCode >= 400 && statusCode < 500) return 'http_4xx';
  return statusCode >= 500 && statusCode < 600 ? 'http_5xx' : 'other';
}

function reasonOfRoot(root: Error & { code?: unknown; severity?: unknown }): FailureReason | undefined {
  const { code, severity, name, message } = root;
  if (name === 'ReplyError') return find(REDIS_CODES, message.split(' ', 1)[0] ?? '') ?? 'rejected';
  // amqplib
  if (message === CLOSED_UNANSWERED || message === 'Socket closed abruptly during opening handshake') return 'closed';
  if (typeof code === 'number') return find(AMQP_CODES, `${code}`) ?? 'rejected';
  if (typeof code !== 'string') return undefined;
  return severity === undefined ? find(REASONS, code) : (find(SQL_STATES, code) ?? 'rejected');
}

function find(table: readonly [RegExp, FailureReason][], code: string): FailureReason | undefined {
  return table.find(([pattern]) => pattern.test(code))?.[1];
}

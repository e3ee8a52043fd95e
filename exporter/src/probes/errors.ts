/** Turns what a client library throws into a sentence for the person who is on call. */
import { redact } from './redact';

const ADVICE: Record<string, string> = {
  ECONNREFUSED: 'connection refused; is it running, and is the port right?',
  ECONNRESET: 'connection reset by the server',
  EPIPE: 'connection closed by the server',
  ENOTFOUND: 'host name not found; check the name and the DNS',
  EAI_AGAIN: 'the DNS did not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate is not signed by a known authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another host name',
};

/**
 * One sentence, at most 300 characters: the meaning of the system error code if there is one, else the library's own words.
 * @param secrets values that must not appear, see {@link redact}
 */
export function describeError(error: unknown, secrets: readonly string[] = []): string {
  const root = rootCause(error);
  const code = typeof root.code === 'string' ? root.code : '';
  const text = ADVICE[code] ?? (root.message || code || root.name);
  const line = redact(text, secrets).replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** The message for an aborted run, when a server takes connections or requests but does not answer. */
export function noAnswer(what: string, timeoutMs: number): string {
  return `${what}: no answer within ${timeoutMs} ms`;
}

type CodedError = Error & { code?: unknown };

/** Node wraps: AggregateError of a dual-stack connect, `cause` of fetch. The innermost one says what happened. */
function rootCause(error: unknown): CodedError {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  if (error instanceof Error) return error.cause instanceof Error ? rootCause(error.cause) : error;
  return new Error(String(error));
}

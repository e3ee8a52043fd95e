/** Converts errors of client libraries to readable sentences. */
import { types } from 'node:util';
import { safeText, visible, type SafeText } from './safe-text';
import { tlsAdvice } from './tls-errors';

const NO_DESCRIPTORS =
  'onehertz itself has no file descriptors left, so this says nothing about the component; raise its limit (ulimit -n, LimitNOFILE)';

const UNKNOWN_AUTHORITY =
  'its TLS certificate is not signed by a known authority; set tls.ca_file to the certificate of the authority that signed it';

const ADVICE = new Map([
  ['ECONNREFUSED', 'connection refused; is it running, and is the port right?'],
  ['ECONNRESET', 'connection reset by the server'],
  ['EPIPE', 'connection closed by the server'],
  ['ENOTFOUND', 'host name not found; check the name and the DNS'],
  ['EAI_AGAIN', 'the DNS did not answer'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'network unreachable'],
  ['ETIMEDOUT', 'connection timed out'],
  ['EMFILE', NO_DESCRIPTORS],
  ['ENFILE', NO_DESCRIPTORS],
  ['CERT_HAS_EXPIRED', 'its TLS certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its TLS certificate is not valid yet; check the clocks'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its TLS certificate is self-signed; set tls.ca_file to it if it is the right one'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'its TLS certificate chain is self-signed; set tls.ca_file to the certificate at its end if you trust it',
  ],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its TLS certificate is for another host name; set tls.server_name to the name that it is for',
  ],
]);

/** Hint for a connection that is neither established nor refused. */
export const IS_IT_UP = 'is the host up, does its name resolve, and does a firewall allow the connection?';
/** For a connection that closes before any data was received. */
export const CLOSED_UNANSWERED =
  'connection closed by the server before it answered; is the port right, and does it require TLS?';

/** Least informative in a dual-stack connect: usually the host just has no IPv6. */
const UNINFORMATIVE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

const MAX_SENTENCE = 300;
/** What libraries say to those who wrote them. */
const TO_AUTHORS = /\.? ?(?:if you can reproduce this, )?please report (?:this|it)\b\.?/gi;
/** What the engine says when something is deeper or larger than it can be. */
const BEYOND_ENGINE =
  /^(?:Maximum call stack size exceeded|Invalid (?:array|string|typed array) length|Array buffer allocation failed)/;
const NOT_READABLE = 'its answer cannot be parsed; is it the right server?';

/**
 * One sentence, at most 300 characters: the meaning of the system error code if there is one, else the library's own words.
 * @param secrets values that must not appear, see {@link safeText}
 */
export function describeError(error: unknown, secrets: readonly string[] = []): SafeText {
  const { code, message, name } = rootCause(error);
  const text = (typeof code === 'string' && advice(code)) || message || (typeof code === 'string' ? code : name);
  if (BEYOND_ENGINE.test(text)) return safeText(NOT_READABLE, MAX_SENTENCE);
  // a server may send megabytes
  return safeText(text.length > MAX_SENTENCE ? text : text.replace(TO_AUTHORS, ''), MAX_SENTENCE, secrets);
}

function advice(code: string): string | undefined {
  return ADVICE.get(code) ?? tlsAdvice(code);
}

/** How far an attempt came: the connection stands. */
export const CONNECTED = 'connected, no reply';
export const NO_TLS_HANDSHAKE = 'connected, no TLS handshake';
export const NO_CONNECTION = 'no connection';

/**
 * The message for a run that its deadline ended: `timed out after 800 ms (connected, no reply)`.
 * @param progress how far it came; the default says nothing about the connection
 */
export function noAnswer(timeoutMs: number, progress = 'no reply'): SafeText {
  return visible(`timed out after ${timeoutMs} ms (${progress})`, MAX_SENTENCE);
}

/** Adds to a reason that {@link noAnswer} wrote how far the attempt came; returns any other reason unchanged. */
export function withProgress(reason: Error, progress: string, hint?: string): Error {
  const text = reason.message.replace(/\(no reply\)$/, `(${progress})`);
  return text === reason.message ? reason : new NoAnswer(hint === undefined ? text : `${text}; ${hint}`);
}

/** Whether this process is out of file descriptors, which is not a failure of the component. */
export function lacksDescriptors(error: unknown): boolean {
  return /^E[MN]FILE$/.test(String(rootCause(error).code));
}

/** The reason for aborting an attempt whose socket is still connecting. */
export function withoutConnection(reason: Error): Error {
  return withProgress(reason, NO_CONNECTION, IS_IT_UP);
}

/**
 * The server responded with a rejection: wrong password, missing permission, unknown database. Retrying immediately is
 * pointless: it fills the server's log and may lock accounts, see `kit/backoff.ts`.
 */
export class Rejection extends Error {}

/**
 * The server responded that it cannot serve anybody now: what stands behind it is away. It may be back soon, but each
 * attempt is a log-in, and lines in its log, see `kit/backoff.ts`.
 */
export class Unavailable extends Error {}

/** No response was received in time. */
export class NoAnswer extends Error {}

type CodedError = Error & { code?: unknown };

/**
 * Converts a thrown value to an Error. Checks its shape rather than `instanceof`: in a test runner or worker, Node's
 * own errors belong to another realm and would lose their `code`.
 */
export function toError(thrown: unknown): Error {
  const { message } = (thrown ?? {}) as { message?: unknown };
  if (typeof message === 'string') return thrown as Error;
  return new Error(typeof thrown === 'string' ? thrown : 'unknown error');
}

/** Unwraps AggregateError (dual-stack connect) and `cause` (fetch): the innermost error is the informative one. */
export function rootCause(thrown: unknown, depth = 0): CodedError {
  const error = toError(thrown) as CodedError & { errors?: unknown };
  if (depth < 10) {
    if (Array.isArray(error.errors) && error.errors.length > 0) return rootCause(mostTelling(error.errors), depth + 1);
    if (types.isNativeError(error.cause)) return rootCause(error.cause, depth + 1);
  }
  return error;
}

function mostTelling(errors: unknown[]): unknown {
  const telling = (error: unknown) => !UNINFORMATIVE.includes(String((error as CodedError | undefined)?.code));
  return errors.find(telling) ?? errors[0];
}

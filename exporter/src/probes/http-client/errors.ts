/** Why a request got no answer, in words for people. */
import { errors } from 'undici';
import { CLOSED_UNANSWERED, describeError, IS_IT_UP } from '../../text/errors';

/** A health document is a few kilobytes; more than this is a page of another kind. */
export const MAX_BODY_BYTES = 65_536;

/** The deadline passed; the message says what had not come by then: `no answer within 800 ms`. */
export class Overdue extends Error {}

/** The answer is longer than what asked for it reads. */
export class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`its answer is larger than ${maxBytes / 1024} KiB; is it the right path?`);
  }
}

/** One sentence. @param secrets values that must not appear */
export function explainHttpError(error: unknown, secrets: readonly string[]): string {
  if (error instanceof Overdue) return error.message.replace(/^no connection .*/, `$&; ${IS_IT_UP}`);
  if (error instanceof TooLarge) return error.message;
  if (error instanceof errors.HTTPParserError) return 'its answer is not HTTP; is it the right port?';
  if (error instanceof errors.HeadersOverflowError) return 'the headers of its answer are too large';
  if (error instanceof errors.ConnectTimeoutError) return `no connection in time; ${IS_IT_UP}`;
  if (error instanceof errors.SocketError) return CLOSED_UNANSWERED;
  return describeError(error, secrets);
}

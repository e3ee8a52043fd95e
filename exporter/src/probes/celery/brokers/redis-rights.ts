/** Errors of Redis for remote control, and whether they are rejections. */
import { Rejection, toError } from '../../../text/errors';
import { reworded, withReason } from '../../../text/failure-reason';
import { secretsOfUrl } from '../../../text/redact';
import { ExplainedError, explainRedisError } from '../../redis/connection/connection';

/** The required ACL rules, for ACL SETUSER. */
const RIGHTS =
  'ACL SETUSER <user> resetchannels &*celery* &*.pidbox ~*.pidbox +ping +publish +psubscribe +brpop +del +expire, and for queues ~<queue>* +llen';

/** The error in plain words, without secrets; a {@link Rejection} if the server rejected the request. */
export function redisRefusal(thrown: unknown, url: string): Error {
  if (thrown instanceof Rejection) return thrown;
  const error = toError(thrown);
  const isExplained = error instanceof ExplainedError;
  const text = isExplained ? error.message : explainRedisError(error, secretsOfUrl(url));
  if (/^(NOPERM|No permissions)/i.test(text.trim()) || /ACL SETUSER$/.test(text))
    return withReason(
      new Rejection(`${text.replace(/; allow it with ACL SETUSER$/, '')}; allow: ${RIGHTS}`),
      'permission'
    );
  return reworded(isNo(error, text) ? new Rejection(text) : new Error(text), error);
}

/** An error reply is a rejection, except from a server that is not ready or temporarily unavailable. */
function isNo(error: Error, text: string): boolean {
  if (error.name === 'ReplyError')
    return !/^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|READONLY|CLUSTERDOWN)/.test(error.message);
  return /login refused|it asks for a password|a password was given|no database of this number/.test(text);
}

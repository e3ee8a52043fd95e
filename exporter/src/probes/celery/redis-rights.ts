/** What Redis says to the remote control, and whether it means no. */
import { Rejection, toError } from '../../text/errors';
import { secretsOfUrl } from '../../text/redact';
import { explainRedisError, redisAddress } from '../redis/connection';

/** What an ACL has to allow, for ACL SETUSER. */
const RIGHTS =
  'ACL SETUSER <user> resetchannels &*celery* &*.pidbox ~*.pidbox +ping +publish +psubscribe +brpop +del +expire, and for queues ~<queue>* +llen';

/** In plain words, without secrets; a {@link Rejection} if it is the server's answer to what we want, and no accident. */
export function redisRefusal(thrown: unknown, url: string): Error {
  if (thrown instanceof Rejection) return thrown;
  const error = toError(thrown);
  const isExplained = error.message.startsWith('Redis at ');
  const text = isExplained ? error.message : explainRedisError(error, url, secretsOfUrl(url));
  if (/^(NOPERM|No permissions)/i.test(text.replace(`${redisAddress(url)}: `, '').trim()) || /ACL SETUSER$/.test(text))
    return new Rejection(`${text.replace(/; allow it with ACL SETUSER$/, '')}; allow: ${RIGHTS}`);
  return isNo(error, text) ? new Rejection(text) : new Error(text);
}

/** A reply that is an error is an answer; but for those of a server that is not ready yet, or gone for a moment. */
function isNo(error: Error, text: string): boolean {
  if (error.name === 'ReplyError')
    return !/^(LOADING|BUSY|MASTERDOWN|TRYAGAIN|READONLY|CLUSTERDOWN)/.test(error.message);
  return /login refused|it asks for a password|a password was given|no database of this number/.test(text);
}

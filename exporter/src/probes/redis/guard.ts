/** Prevents a misbehaving Redis from ending the process. */
import DataHandler from 'ioredis/built/DataHandler';
import { toError } from '../../text/errors';

/**
 * ioredis 6.0 throws errors about replies in the next tick, where they cannot be caught; an unexpected null reply
 * suffices. After this call it ends the connection instead. There is no option for this, and the method is private,
 * hence the cast.
 */
export function containReplyErrors(): void {
  const prototype = DataHandler.prototype as unknown as {
    dispatch(this: { redis: { stream: { destroy(error: Error): void } } }, handle: () => void): void;
  };
  prototype.dispatch = function (handle) {
    try {
      handle();
    } catch (error) {
      this.redis.stream.destroy(new Error(`Protocol error: unexpected reply (${toError(error).message})`));
    }
  };
}

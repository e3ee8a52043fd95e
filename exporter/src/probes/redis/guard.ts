/** Keeps a misbehaving Redis from ending the process. */
import DataHandler from 'ioredis/built/DataHandler';
import { toError } from '../../text/errors';

/**
 * ioredis 6.0 throws what goes wrong with a reply on the next tick, where nobody can catch it: a null that nobody asked for is enough.
 * After this call it ends the connection instead. There is no option for it, and the method is private, hence the cast.
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

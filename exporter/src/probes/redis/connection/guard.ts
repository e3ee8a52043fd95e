/** Keeps a misbehaving Redis from ending the process, and from filling it. */
import DataHandler from 'ioredis/built/DataHandler';
import { toError } from '../../../text/errors';
import { withReason } from '../../../text/failure-reason';

interface Handling {
  redis: {
    stream: { destroyed: boolean; destroy(error: Error): void };
    commandQueue: { length: number };
    condition: { subscriber: unknown } | null;
  };
}

/**
 * ioredis 6.0 throws what goes wrong with a reply on the next tick, where nobody can catch it: a null that nobody asked for is enough.
 * After this call it ends the connection instead, and so does a reply that nobody asked for. There is no option for it, and the method is
 * private, hence the cast.
 */
export function containReplyErrors(): void {
  const prototype = DataHandler.prototype as unknown as { dispatch(this: Handling, handle: () => void): void };
  prototype.dispatch = function (handle) {
    const { stream, commandQueue, condition } = this.redis;
    // the rest of the packet in which it went wrong
    if (stream.destroyed) return;
    const fail = (what: string) => stream.destroy(withReason(new Error(`Protocol error: ${what}`), 'protocol'));
    if (commandQueue.length === 0 && !condition?.subscriber) return fail('a reply that nobody asked for');
    try {
      handle();
    } catch (error) {
      fail(`unexpected reply (${toError(error).message})`);
    }
  };
}

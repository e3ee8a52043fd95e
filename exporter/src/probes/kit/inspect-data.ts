/** A look at what comes over a connection before the client library gets it. */
import type { Socket } from 'node:net';
import { toError } from '../../text/errors';

/**
 * Client libraries parse in listeners of `data`, where nobody catches what is thrown: it would end the process. After this call it ends the
 * connection only, and so does what `inspect` throws.
 * @param explain what the connection ends with, made of what was thrown
 */
export function inspectData(stream: Socket, inspect: (data: Buffer) => void, explain: (thrown: Error) => Error): void {
  // The instance's own, and no subclass: TLS makes a socket of a class of its own.
  const emit = stream.emit.bind(stream) as (event: string | symbol, ...args: unknown[]) => boolean;
  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      if (event === 'data') inspect(args[0] as Buffer);
      return emit(event, ...args);
    } catch (error) {
      stream.destroy(event === 'data' ? explain(toError(error)) : toError(error));
      return false;
    }
  };
}

/** Keeps a misbehaving AMQP peer from ending the process. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EventEmitter } from 'node:events';

interface Openable extends EventEmitter {
  open(...args: unknown[]): void;
}

/**
 * amqplib 2.3 works on what follows the handshake, and starts its heartbeat, before it hands out the connection, and so before
 * anybody can listen to its `error` event: an error frame or garbage in the packet of the last answer would be thrown where nobody
 * catches it. This gives each connection a listener from the beginning; the failure shows at the first use of the connection.
 * The class is not exported, hence the path.
 */
export function hearEarlyErrors(): void {
  const require = createRequire(__filename);
  const path = join(dirname(require.resolve('amqplib')), 'lib', 'connection.js');
  const { prototype } = (require(path) as { Connection: { prototype: Openable } }).Connection;
  const { open } = prototype;
  prototype.open = function (this: Openable, ...args: unknown[]) {
    this.on('error', () => undefined);
    return open.apply(this, args);
  };
}

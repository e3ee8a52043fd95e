/** Prevents a misbehaving AMQP peer from ending the process. */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Openable extends EventEmitter {
  open(...args: unknown[]): void;
  /** Reads one frame of the handshake. */
  step(take: (error: Error | null, frame: Frame | null) => void): void;
}

interface Frame {
  id?: number;
  fields?: { replyText?: unknown; replyCode?: unknown };
}

/** `connection.close` of AMQP 0-9-1: class 10, method 50. */
const CONNECTION_CLOSE = (10 << 16) + 50;

/**
 * amqplib 2.3 processes data after the handshake and starts its heartbeat before it returns the connection, so before
 * anyone can listen to its
 * `error` event: an error frame or garbage right after the handshake would become an uncaught exception. This adds a
 * listener from the beginning; the failure shows at the first use of the connection. amqplib also discards the broker's
 * reason for closing during the handshake; this converts it to an error with the broker's text and code. The class is
 * not exported, hence the path.
 */
export function catchEarlyErrors(): void {
  const require = createRequire(__filename);
  const path = join(dirname(require.resolve('amqplib')), 'lib', 'connection.js');
  const { prototype } = (require(path) as { Connection: { prototype: Openable } }).Connection;
  const { open, step } = prototype;
  prototype.open = function (this: Openable, ...args: unknown[]) {
    this.on('error', () => undefined);
    return open.apply(this, args);
  };
  prototype.step = function (this: Openable, take) {
    step.call(this, (error, frame) => {
      if (frame?.id !== CONNECTION_CLOSE) return take(error, frame);
      const { replyText, replyCode } = frame.fields ?? {};
      const reason = new Error(`Handshake terminated by server: ${String(replyText)}`);
      take(Object.assign(reason, { code: replyCode }), null);
    });
  };
}

/** Prevents a misbehaving AMQP peer from ending the process. */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { gate } from '../kit/inbound/gate';
import { createFrameInspector } from './frames';

interface Openable extends EventEmitter {
  readonly stream: Socket;
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
 * amqplib 2.3 works on what follows the handshake, and starts its heartbeat, before it hands out the connection, and so before
 * anybody can listen to its `error` event: an error frame or garbage in the packet of the last answer would be thrown where nobody
 * catches it. This gives each connection a listener from the beginning; the failure shows at the first use of the connection.
 * It also keeps to itself why a broker closes during the handshake; this makes an error of it, with the broker's words and its code.
 * Its time limit is one for silence, and ends with the TCP connection: what follows is limited by who opens the connection.
 * What comes passes a gate before the library decodes it: before its handshake a connection has heard nothing.
 * The class is not exported, hence the path.
 */
export function catchEarlyErrors(): void {
  const require = createRequire(__filename);
  const path = join(dirname(require.resolve('amqplib')), 'lib', 'connection.js');
  const { prototype } = (require(path) as { Connection: { prototype: Openable } }).Connection;
  const { open, step } = prototype;
  prototype.open = function (this: Openable, ...args: unknown[]) {
    this.on('error', () => undefined);
    this.stream.setTimeout(0);
    gate(this.stream, createFrameInspector(), 'Invalid frame');
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

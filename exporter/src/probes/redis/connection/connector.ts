/** How ioredis opens its socket: its own way of it hands no options through but for TLS. */
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { connect, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { attemptOptions, limitConnecting, type Place } from '../../kit/connect';
import { gate } from '../../kit/inbound/gate';
import { connectTls } from '../../kit/inbound/handshake';
import { createRespInspector } from './resp';

/** For ioredis' option `Connector`. @param timeoutMs of the TCP connection; see also {@link attemptOptions} @param tls how it is spoken; absent: not */
export function connectorTo(
  place: Place,
  timeoutMs: number,
  tls?: ConnectionOptions
): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    constructor() {
      // what is left of the connection then is closed at once
      super(1);
    }

    connect(): Promise<Socket | TLSSocket> {
      const options = { ...place, ...attemptOptions(timeoutMs) };
      this.stream = tls ? connectTls({ ...options, ...tls }) : connect(options);
      this.stream.once('error', (error: Error) => (this.firstError = error));
      limitConnecting(this.stream, timeoutMs);
      // its answers are looked at before they are decoded
      gate(this.stream, createRespInspector(), 'Protocol error: a reply that cannot be read');
      return Promise.resolve(this.stream);
    }
  };
}

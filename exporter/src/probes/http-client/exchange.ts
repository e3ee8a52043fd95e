/**
 * One HTTP request and its complete response with node:http. Only for MinIO's client, which signs requests itself and
 * passes them to a transport in the form of `http.request`; everything else uses client.ts.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { withoutConnection } from '../../text/errors';
import { limitConnecting } from '../kit/connect';
import { gateHttp } from '../kit/inbound/gate';
import { limitHandshake } from '../kit/inbound/handshake';
import { TooMuch } from '../kit/inbound/limits';
import { LONG_ANSWERS } from '../kit/inbound/turns';
import { isShort } from './body';
import { BoundedBody } from './bounded-body';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ExchangeOptions {
  signal: AbortSignal;
  /** Longer responses are an error. */
  maxBytes: number;
  body?: string | Buffer;
}

/** Agents whose connections say no more than a server may. */
const GatedAgent = gated(HttpAgent);
const GatedTlsAgent = gated(HttpsAgent);

function gated(Base: typeof HttpAgent): typeof HttpAgent {
  return class extends Base {
    // documented to be overridden: https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback
    override createConnection(...args: Parameters<HttpAgent['createConnection']>): Socket {
      const socket = super.createConnection(...args) as Socket;
      if (socket instanceof TLSSocket) limitHandshake(socket);
      gateHttp(socket);
      return socket;
    }
  };
}

const gatedAgent = (secure: boolean) => (secure ? GatedTlsAgent : GatedAgent);

/** Sends a request and reads the response, over `options.agent` or a connection of its own. Rejects on failure or when `signal` aborts; the socket is closed then. */
export function exchange(options: RequestOptions, { signal, maxBytes, body }: ExchangeOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const isSecure = options.protocol === 'https:';
    const start = isSecure ? httpsRequest : httpRequest;
    const agent = options.agent || new (gatedAgent(isSecure))();
    let connected = false;
    const request = start({ ...options, agent, signal }, (response) => {
      const collected = new BoundedBody(maxBytes);
      response.on('data', (chunk: Buffer) => {
        if (collected.add(chunk)) return;
        // it would go on to give what has come already
        response.pause();
        request.destroy(new TooMuch(`sends an answer of more than ${maxBytes / 1024} KiB`));
      });
      response.on('error', reject);
      response.on('end', () => {
        const answer = { status: response.statusCode ?? 0, headers: response.headers, body: collected.take() };
        if (isShort(answer.body, answer.headers)) resolve(answer);
        else LONG_ANSWERS.next(signal).then(() => resolve(answer), reject);
      });
    });
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (connected = true));
      else connected = true;
    });
    request.on('error', (error) =>
      reject(signal.aborted && !connected ? withoutConnection(signal.reason as Error) : error)
    );
    request.end(body);
  });
}

/** Servers close connections that are idle for longer; an earlier close has another reason. */
const IDLE_MS = 2500;

export interface KeptAgentOptions {
  /** Called when a connection breaks that was used a moment ago: the server died or restarts. Not after `destroy`. */
  onBroken(): void;
  /** Limit for each TCP connection, in milliseconds. */
  connectMs: number;
  /** Of its connections: how it speaks TLS, how long an address may take. */
  connecting?: ConnectionOptions;
}

/** An agent that keeps its connections. */
export function createKeptAgent(secure: boolean, { onBroken, connectMs, connecting }: KeptAgentOptions): HttpAgent {
  const Base = gatedAgent(secure);
  const idleSince = new WeakMap<Duplex, number>();
  let destroyed = false;

  class KeptAgent extends Base {
    override createConnection(...args: Parameters<HttpAgent['createConnection']>): Socket {
      const socket = super.createConnection(...args) as Socket;
      limitConnecting(socket, connectMs);
      return socket;
    }

    // Both are documented to be overridden: https://nodejs.org/api/http.html#agentkeepsocketalivesocket
    override keepSocketAlive(socket: Duplex): boolean {
      const known = idleSince.has(socket);
      idleSince.set(socket, performance.now());
      if (!known) socket.once('close', () => onClose(socket));
      // the type is void, but Node uses the return value
      return super.keepSocketAlive(socket) as unknown as boolean;
    }

    override reuseSocket(socket: Duplex, request: ClientRequest): void {
      // in use: its user sees the error
      idleSince.set(socket, -Infinity);
      super.reuseSocket(socket, request);
    }

    override destroy(): void {
      destroyed = true;
      super.destroy();
    }
  }

  function onClose(socket: Duplex): void {
    const since = idleSince.get(socket) ?? -Infinity;
    if (!destroyed && performance.now() - since < IDLE_MS) onBroken();
  }

  return new KeptAgent({ keepAlive: true, ...connecting });
}

/** How a request is turned away, over HTTP and before a WebSocket is one: the same words and headers. */
import type { RequestHandler, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  status: number;
  /** One sentence: what was wrong and what to do. */
  message: string;
  headers?: Readonly<Record<string, string>>;
}

/** Why a request may not go on; `undefined` if it may. */
export type Check = (request: IncomingMessage) => Promise<Refusal | undefined>;

/** Lets only those requests pass that `check` has nothing against. */
export function passing(check: Check): RequestHandler {
  return async (request, response, next) => {
    const refusal = await check(request);
    if (refusal) sendRefusal(response, refusal);
    else next();
  };
}

export function sendRefusal(response: Response, { status, message, headers }: Refusal): void {
  response
    .set({ 'Cache-Control': 'no-store', ...headers })
    .status(status)
    .json({ error: message });
}

/** Answers a request for an upgrade, whose socket the HTTP server has given up. */
export function writeRefusal(socket: Duplex, { status, message, headers }: Refusal): void {
  const body = `${JSON.stringify({ error: message })}\n`;
  const lines = Object.entries({
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  // a client that keeps its half open must not keep the connection
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`);
}

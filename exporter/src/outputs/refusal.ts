/** Rejects requests, over HTTP or before a WebSocket upgrade, with the same text and headers. */
import type { RequestHandler, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  status: number;
  /** One sentence: what is wrong and what to do. */
  message: string;
  headers?: Readonly<Record<string, string>>;
}

/** The reason to reject a request; `undefined` if it is allowed. */
export type Check = (request: IncomingMessage) => Promise<Refusal | undefined>;

/** Passes only requests that `check` allows. */
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

/** Responds to an upgrade request, whose socket is no longer handled by the HTTP server. */
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
  // a client with a half-open connection must not keep it open
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`);
}

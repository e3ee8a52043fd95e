/** Passes requests of one prefix on to a server of this machine. */
import type { RequestHandler } from 'express';
import { createProxyServer } from 'http-proxy-3';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export interface Forwarder {
  /** For `app.use(prefix, …)`, which takes the prefix off the URL. */
  handle: RequestHandler;
  /** Ends the connections that are open. */
  close(): void;
}

/**
 * @param name what error messages call the server
 * @throws TypeError when `target` is no URL
 */
export function createForwarder(name: string, target: string): Forwarder {
  const proxy = createProxyServer({ target: new URL(target), xfwd: false, proxyTimeout: 30_000 });
  proxy.on('error', (error, _request, response) => {
    if (response instanceof Socket) return void response.destroy();
    refuse(response, `${name} at ${new URL(target).origin} does not answer: ${error.message}`);
  });
  return {
    handle: (request, response) => proxy.web(request, response),
    close: () => proxy.close(),
  };
}

function refuse(response: ServerResponse, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(502, { 'Content-Type': 'application/json; charset=utf-8' });
  // the shape of Prometheus' own errors, which its data source shows
  response.end(JSON.stringify({ status: 'error', errorType: 'unavailable', error: message }));
}

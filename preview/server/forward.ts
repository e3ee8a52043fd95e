/** Forwards requests with a prefix to a local server. */
import type { RequestHandler } from 'express';
import { createProxyServer } from 'http-proxy-3';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export interface Forwarder {
  /** For `app.use(prefix, …)`, which takes the prefix off the URL. */
  handle: RequestHandler;
  /** Closes all open connections. */
  close(): void;
}

/**
 * @param name of the server in error messages
 * @throws TypeError if `target` is not a URL
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
  // the format of Prometheus' own errors, shown by its data source
  response.end(JSON.stringify({ status: 'error', errorType: 'unavailable', error: message }));
}

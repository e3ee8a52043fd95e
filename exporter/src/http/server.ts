/** The HTTP or HTTPS server, with limits for slow, numerous or never-ending clients. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { WebTls } from '../config/web/tls';
import type { Change } from '../runtime/change';
import { clientIsAllowed } from './access/client-certificate';

export interface WebServerOptions {
  tls?: WebTls;
  /** Concurrent connections including streams; connections beyond the limit get one response with status 503. */
  maxConnections: number;
}

export interface WebServer {
  readonly server: Server;
  /** Whether a request came over a connection beyond the limit. */
  isExcess(request: IncomingMessage): boolean;
  /**
   * Uses this certificate for new connections, and verifies client certificates with these settings; open connections
   * are kept.
   * @throws if OpenSSL rejects it
   */
  prepareTls(tls: WebTls): Change;
}

const LIMITS = {
  /** Limit for a request's header; `requestTimeout` is the limit for the whole request. */
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  /** How often both limits are checked. */
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16_384,
};
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A client that reads nothing of its response for this long is disconnected. Does not apply to streams. */
const IDLE_TIMEOUT_MS = 60_000;

export function createWebServer(app: RequestListener, { tls, maxConnections }: WebServerOptions): WebServer {
  const excess = new WeakSet<object>();
  let current = tls;
  let open = 0;
  const server = tls
    ? createTlsServer(
        {
          ...LIMITS,
          ...tls.context,
          handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
          requestCert: tls.clientAuth !== 'NoClientCert',
          rejectUnauthorized: tls.clientAuth === 'RequireAndVerifyClientCert',
        },
        app
      )
    : createServer(LIMITS, app);
  server.setTimeout(IDLE_TIMEOUT_MS);
  // connections beyond this are closed without a response
  server.maxConnections = Math.ceil(maxConnections * 1.25);
  server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => open--);
    if (open > maxConnections) excess.add(socket);
  });
  if (server instanceof TlsServer)
    // before the HTTP parser handles the connection
    server.prependListener('secureConnection', (socket) => {
      if (open > maxConnections) excess.add(socket);
      if (current && !clientIsAllowed(socket, current)) socket.destroy();
    });

  return {
    server,
    isExcess: ({ socket }) => excess.has(socket),
    prepareTls(next) {
      // validates the settings; the server creates its own context from them
      createSecureContext(next.context);
      return {
        apply() {
          current = next;
          if (server instanceof TlsServer) server.setSecureContext(next.context);
        },
      };
    },
  };
}

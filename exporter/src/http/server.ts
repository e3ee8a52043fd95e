/** The HTTP or HTTPS server, with limits for slow, numerous or never-ending clients. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { WebTls } from '../config/web/tls';
import type { Change } from '../runtime/change';
import { clientIsAllowed } from './access/client-certificate';
import { addressOf } from './access/limiter';
import { answerInTurn } from './in-turn';

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

/**
 * Of the limit: how many connections there are at most, how many of them one address may have, all of them refused but for the limit itself, and
 * how many each address gets beyond the limit: one that takes all that it can get keeps no other out.
 */
const HARD_LIMIT = 1.25;
const ADDRESS_LIMIT = 1.125;
const ADDRESS_RESERVE = 1 / 64;

export function createWebServer(app: RequestListener, { tls, maxConnections }: WebServerOptions): WebServer {
  const excess = new WeakSet<object>();
  let current = tls;
  let open = 0;
  const byAddress = new Map<string, number>();
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
  answerInTurn(server);
  server.setTimeout(IDLE_TIMEOUT_MS);
  // those beyond this are closed without a word
  server.maxConnections = Math.ceil(maxConnections * HARD_LIMIT);
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    const own = (byAddress.get(address) ?? 0) + 1;
    byAddress.set(address, own);
    open++;
    socket.once('close', () => {
      open--;
      const left = (byAddress.get(address) ?? 0) - 1;
      if (left > 0) byAddress.set(address, left);
      else byAddress.delete(address);
    });
    if (own > Math.ceil(maxConnections * ADDRESS_LIMIT)) socket.destroy();
    else if (open > maxConnections && own > maxConnections * ADDRESS_RESERVE) excess.add(socket);
  });
  if (server instanceof TlsServer)
    // before the HTTP parser handles the connection
    server.prependListener('secureConnection', (socket) => {
      const own = byAddress.get(addressOf(socket)) ?? 0;
      if (open > maxConnections && own > maxConnections * ADDRESS_RESERVE) excess.add(socket);
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

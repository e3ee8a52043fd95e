/**
 * The part of Grafana Live that pushes and panels need: what exporters push to a stream is sent to pages that
 * subscribed to its channels.
 */
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { createChannels } from './channels';
import { servePage } from './pages';
import { createPushEndpoint, MESSAGE_LIMIT, type PushOptions } from './push';

export interface Live {
  /** For `app.use('/api/live', …)`. */
  routes: Router;
  /** For the server's `upgrade` event; returns whether it handled the request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes all open connections. */
  close(): void;
}

const PUSH = /^\/api\/live\/push\/([^/?]+)(?:\?|$)/;
const PAGES = /^\/api\/live\/ws(?:\?|$)/;

export function createLive(options: Omit<PushOptions, 'channels'>): Live {
  const channels = createChannels();
  const push = createPushEndpoint({ ...options, channels });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT, perMessageDeflate: false });

  return {
    routes: Router()
      .post('/push/:streamId', ...push.post)
      .use(answerError),
    upgrade(request, socket, head) {
      const { url = '' } = request;
      const streamId = PUSH.exec(url)?.[1];
      if (streamId === undefined && !PAGES.test(url)) return false;
      socket.on('error', () => socket.destroy());
      if (!isSameOrigin(request)) refuse(socket, '403 Forbidden');
      else if (streamId !== undefined && !push.isAllowed(request)) refuse(socket, '401 Unauthorized');
      else
        sockets.handleUpgrade(request, socket, head, (accepted) => {
          // `close` follows and handles it
          accepted.on('error', () => undefined);
          if (streamId === undefined) servePage(accepted, channels);
          else push.serve(accepted, streamId);
        });
      return true;
    },
    close() {
      sockets.clients.forEach((socket: WebSocket) => socket.terminate());
      sockets.close();
    },
  };
}

/** A body that is too long or incomplete. Express recognizes error handlers by their four parameters. */
function answerError(error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction) {
  response.status(error.status ?? 500).json({ message: error.message });
}

/** Browsers let any page open a WebSocket to this machine, but send its origin. */
function isSameOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/**
 * The push endpoints: `/api/live/push/<stream id>` over HTTP and WebSocket, as in Grafana (pkg/services/live/pushhttp,
 * pushws).
 */
import { type NextFunction, raw, type Request, type RequestHandler, type Response } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Channels } from './channels';
import { PING_MS } from './messages';

export interface PushOptions {
  channels: Channels;
  /** Required in pushes: `Authorization: Bearer <token>`. */
  token: string;
  /** Called for rejected pushes. */
  warn(message: string): void;
}

export interface PushEndpoint {
  /** For `POST /api/live/push/:streamId`. */
  post: RequestHandler[];
  isAllowed(request: IncomingMessage): boolean;
  /** Handles messages of a WebSocket on `/api/live/push/<stream id>`. */
  serve(socket: WebSocket, streamId: string): void;
}

/** Grafana has no limit; this is five times the size of 5,000 components. */
const BODY_LIMIT = 10 * 1_048_576;

/** Grafana's `DefaultWebsocketMessageSizeLimit`. */
export const MESSAGE_LIMIT = 1_048_576;

export function createPushEndpoint({ channels, token, warn }: PushOptions): PushEndpoint {
  const expected = digest(`Bearer ${token}`);
  const isAllowed = ({ headers }: IncomingMessage) => timingSafeEqual(digest(headers.authorization ?? ''), expected);

  /** Returns whether the body could be parsed. */
  function take(streamId: string, body: Buffer): boolean {
    try {
      channels.push(streamId, body.toString());
      return true;
    } catch (error) {
      warn(`a push to the stream ${streamId} cannot be read: ${(error as Error).message}`);
      return false;
    }
  }

  function authorize(request: Request, response: Response, next: NextFunction): void {
    if (isAllowed(request)) return next();
    response.status(401).json({ message: 'Invalid API key' });
  }

  function checkFormat({ query }: Request, response: Response, next: NextFunction): void {
    // Grafana has a second format, `wide`, which the exporter does not use
    if ((query['gf_live_frame_format'] ?? 'labels_column') === 'labels_column') return next();
    response.status(400).end();
  }

  function answer({ params, body }: Request, response: Response): void {
    const content = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    // Grafana's responses have no body, with status 200 or 500
    response.status(take(String(params['streamId']), content) ? 200 : 500).end();
  }

  return {
    post: [authorize, checkFormat, raw({ type: () => true, limit: BODY_LIMIT, inflate: false }), answer],
    isAllowed,
    serve(socket, streamId) {
      const ping = setInterval(() => socket.ping(), PING_MS);
      socket.on('close', () => clearInterval(ping));
      // invalid messages are dropped, and the connection is kept
      socket.on('message', (data: Buffer) => void take(streamId, data));
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

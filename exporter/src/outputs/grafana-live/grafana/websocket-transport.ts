/**
 * Pushes over one WebSocket: less work per push, but some versions of Grafana require the role Admin, and none reports
 * parse errors.
 */
import { pushPath } from '@onehertz/contract';
import type { IncomingMessage } from 'node:http';
import { connect, type createConnection, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Logger } from 'pino';
import WebSocket from 'ws';
import { attemptOptions } from '../../../probes/kit/connect';
import { gateTraffic } from '../../../probes/kit/inbound/gate';
import { connectTls } from '../../../probes/kit/inbound/handshake';
import { tlsOptions } from '../../../probes/kit/tls';
import { withDeadline } from '../../../runtime/deadline';
import { connectionError, type GrafanaAddress } from './grafana-http';
import { toMessages } from './messages';
import { PushError, refusal } from './push-error';
import type { LiveTransport } from './transport';

export interface WebSocketTransportOptions extends GrafanaAddress {
  streamId: string;
  log: Logger;
  /** Longest message, in bytes; Grafana's `DefaultWebsocketMessageSizeLimit` unless set. */
  limit?: number;
}

const GRAFANA_LIMIT = 1_048_576;
/** Status code of a close because of a message that was too long (RFC 6455 §7.4.1). */
const TOO_BIG = 1009;

export function createWebSocketTransport(options: WebSocketTransportOptions): LiveTransport {
  const { url, streamId, tls, timeoutMs, userAgent, log, limit = GRAFANA_LIMIT } = options;
  const where = `${url.replace(/(?<!\/)\/+$/, '')}${pushPath(streamId)}`;
  const isSecure = url.startsWith('https:');
  const tlsWith = isSecure ? tlsOptions(tls, new URL(url).hostname) : {};
  let socket: WebSocket | undefined;
  let tokenInUse = '';
  let pushes = 0;
  let warned = false;

  /** As ws does it, and through a gate: ws bounds what a frame may hold, and not how many come. */
  function dial(options: TcpNetConnectOpts & ConnectionOptions): Socket {
    // the path is that of the request
    const place = { ...options, path: undefined };
    const opened = isSecure ? connectTls({ ...place, ...tlsWith }) : connect(place);
    gateTraffic(opened);
    return opened;
  }

  async function connected(token: string, signal: AbortSignal): Promise<WebSocket> {
    if (socket?.readyState === WebSocket.OPEN && tokenInUse === token) return socket;
    socket?.terminate();
    const opening = new WebSocket(where.replace(/^http/, 'ws'), {
      headers: { authorization: `Bearer ${token}`, 'user-agent': userAgent },
      ...attemptOptions(timeoutMs),
      perMessageDeflate: false,
      maxPayload: 4096,
      createConnection: dial as typeof createConnection,
    });
    // errors are reported by `close`; a broken idle socket is detected at the next push
    opening.on('error', () => undefined);
    socket = opening;
    tokenInUse = token;
    await new Promise<void>((resolve, reject) => {
      opening.once('open', resolve);
      opening.once('error', reject);
      opening.once('unexpected-response', (_request, response: IncomingMessage) => {
        response.resume();
        reject(refusal(response.statusCode ?? 0, where, ''));
        opening.terminate();
      });
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return opening;
  }

  /** Grafana answers the ping after it has processed earlier messages, so the pong confirms them. */
  async function confirmed(open: WebSocket, signal: AbortSignal): Promise<void> {
    const id = String(++pushes);
    let onPong = (_data: Buffer) => {};
    let onClose = (_code: number) => {};
    const answered = new Promise<void>((resolve, reject) => {
      onPong = (data) => data.toString() === id && resolve();
      onClose = (code) => reject(closed(code));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    open.on('pong', onPong).on('close', onClose);
    try {
      open.ping(id);
      await answered;
    } finally {
      open.off('pong', onPong).off('close', onClose);
    }
  }

  function closed(code: number): PushError {
    if (code === TOO_BIG) return new PushError(`${where}: a message was too long`, 'refused', 'too long');
    return new PushError(`${where}: the connection was closed (code ${code})`, 'failure', `closed ${code}`);
  }

  return {
    async push(lines, token, signal) {
      const { messages, tooLong } = toMessages(lines, limit);
      if (tooLong.length > 0 && !warned) {
        warned = true;
        log.warn(
          { measurements: [...new Set(tooLong)] },
          'lines longer than a WebSocket message are not pushed; use transport: http'
        );
      }
      try {
        await withDeadline(signal, timeoutMs, async (deadline) => {
          const open = await connected(token, deadline);
          for (const message of messages) open.send(message, { binary: false });
          await confirmed(open, deadline);
        });
        return messages.reduce((bytes, message) => bytes + message.length, 0);
      } catch (error) {
        socket?.terminate();
        socket = undefined;
        throw connectionError(error, where, timeoutMs, [token]);
      }
    },
    close() {
      socket?.terminate();
      return Promise.resolve();
    },
  };
}

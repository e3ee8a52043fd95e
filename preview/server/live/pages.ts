/** Sends frames to pages, over one WebSocket each. */
import type { WebSocket } from 'ws';
import type { Channels } from './channels';
import { type PageMessage, PING_MS } from './messages';

/**
 * Grafana's `ClientQueueMaxSize`: a page with more waiting data is disconnected, and gets the last frame of each
 * channel when it reconnects.
 */
const WAITING_LIMIT = 4 * 1_048_576;

export function servePage(socket: WebSocket, channels: Channels): void {
  const subscriptions = new Map<string, () => void>();
  const ping = setInterval(() => send('{}'), PING_MS);

  function send(text: string): void {
    if (socket.bufferedAmount > WAITING_LIMIT) return socket.terminate();
    socket.send(text);
  }

  function subscribe(channel: string): void {
    if (subscriptions.has(channel)) return;
    const name = JSON.stringify(channel);
    subscriptions.set(
      channel,
      channels.subscribe(channel, (frame) => send(`{"channel":${name},"frame":${frame}}`))
    );
  }

  function unsubscribe(channel: string): void {
    subscriptions.get(channel)?.();
    subscriptions.delete(channel);
  }

  socket.on('message', (data: Buffer) => {
    const message = parse(data);
    if (message === undefined) return socket.close(1003, 'expected {"subscribe": channel} or {"unsubscribe": channel}');
    if ('subscribe' in message) subscribe(message.subscribe);
    else unsubscribe(message.unsubscribe);
  });
  socket.on('close', () => {
    clearInterval(ping);
    for (const stop of subscriptions.values()) stop();
  });
}

function parse(data: Buffer): PageMessage | undefined {
  try {
    const { subscribe, unsubscribe } = JSON.parse(data.toString()) as Record<string, unknown>;
    if (typeof subscribe === 'string') return { subscribe };
    return typeof unsubscribe === 'string' ? { unsubscribe } : undefined;
  } catch {
    return undefined;
  }
}

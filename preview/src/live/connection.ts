/** The page's single connection to the preview's Grafana Live, with all subscriptions. */
import type { DataFrameJSON } from '@grafana/data';
import { BehaviorSubject } from 'rxjs';
import { type PageMessage, PING_MS, type ServerMessage } from '../../server/live/messages';

export interface ConnectionState {
  connected: boolean;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface LiveConnection {
  readonly state: BehaviorSubject<ConnectionState>;
  /**
   * Subscribes to a channel, again after each reconnect; a subscription begins with the last frame of the channel, if
   * any. One at a time per channel. Returns a function that unsubscribes.
   */
  subscribe(channel: string, onFrame: (frame: DataFrameJSON) => void): () => void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
/** A connection that is silent for this long is considered lost, because a ping is missing. */
const SILENCE_MS = PING_MS + 10_000;

export function connectLive(): LiveConnection {
  const url = `${window.location.origin.replace(/^http/, 'ws')}/api/live/ws`;
  const state = new BehaviorSubject<ConnectionState>({ connected: false, since: Date.now() });
  const subscriptions = new Map<string, (frame: DataFrameJSON) => void>();
  let socket: WebSocket | undefined;
  let retryMs = FIRST_RETRY_MS;

  const setConnected = (connected: boolean) => {
    if (state.value.connected !== connected) state.next({ connected, since: Date.now() });
  };
  const send = (message: PageMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  function connect(): void {
    const opening = (socket = new WebSocket(url));
    let silence: ReturnType<typeof setTimeout> | undefined;
    const expectMore = () => {
      clearTimeout(silence);
      silence = setTimeout(() => opening.close(), SILENCE_MS);
    };
    opening.onopen = () => {
      expectMore();
      retryMs = FIRST_RETRY_MS;
      setConnected(true);
      for (const channel of subscriptions.keys()) send({ subscribe: channel });
    };
    opening.onmessage = ({ data }) => {
      expectMore();
      const { channel, frame } = JSON.parse(String(data)) as ServerMessage;
      if (channel !== undefined && frame) subscriptions.get(channel)?.(frame as DataFrameJSON);
    };
    opening.onclose = () => {
      clearTimeout(silence);
      setConnected(false);
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
  }

  connect();
  return {
    state,
    subscribe(channel, onFrame) {
      subscriptions.set(channel, onFrame);
      send({ subscribe: channel });
      return () => {
        subscriptions.delete(channel);
        send({ unsubscribe: channel });
      };
    },
  };
}

/** The connection to the exporter's stream: one WebSocket that comes back by itself. */
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { type Envelope, parseEnvelope } from './envelope';

export interface ConnectionState {
  connected: boolean;
  /** Since when, in milliseconds since the epoch. */
  since: number;
}

export interface StreamClient {
  readonly state: BehaviorSubject<ConnectionState>;
  /** Hot: whoever subscribes late gets what comes next. */
  readonly envelopes: Observable<Envelope>;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
/** The exporter sends a snapshot each second; a connection that is silent for this long is taken for dead. */
const SILENCE_MS = 10_000;

/** Connects to `url` (`ws://…`) for as long as the page lives. */
export function connectStream(url: string): StreamClient {
  const state = new BehaviorSubject<ConnectionState>({ connected: false, since: Date.now() });
  const envelopes = new Subject<Envelope>();
  let retryMs = FIRST_RETRY_MS;

  const setConnected = (connected: boolean) => {
    if (state.value.connected !== connected) state.next({ connected, since: Date.now() });
  };

  function connect(): void {
    const socket = new WebSocket(url);
    let silence: ReturnType<typeof setTimeout> | undefined;
    const expectMore = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(), SILENCE_MS);
    };
    socket.onopen = expectMore;
    socket.onmessage = ({ data }) => {
      expectMore();
      // Only data proves that the exporter is there: a proxy in between accepts connections without it.
      retryMs = FIRST_RETRY_MS;
      setConnected(true);
      const envelope = parseEnvelope(String(data));
      if (envelope) envelopes.next(envelope);
    };
    socket.onclose = () => {
      clearTimeout(silence);
      setConnected(false);
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
  }

  connect();
  return { state, envelopes };
}

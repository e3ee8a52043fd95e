/** What the page gets of the stream, made by a worker: in Grafana too, lines become frames outside of the page. */
import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import type { ConnectionState } from './stream-client';

/** A frame of a channel as it travels to Grafana's page: the JSON of a `DataFrameJSON`. */
export interface LiveMessage {
  channel: string;
  json: string;
}

export interface LiveFeed {
  readonly state: BehaviorSubject<ConnectionState>;
  /** Hot: whoever subscribes late gets what comes next. */
  readonly messages: Observable<LiveMessage>;
}

/** What the worker is told at its start: the path under which the preview's server reaches its exporter. */
export interface Order {
  base: string;
}

/** What the worker posts. */
export type Posted = { state: ConnectionState } | { message: LiveMessage };

/** Starts the worker, which connects to an exporter's stream for as long as the page lives. */
export function startLiveFeed({ base }: Order): LiveFeed {
  const worker = new Worker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'live' });
  const state = new BehaviorSubject<ConnectionState>({ connected: false, since: Date.now() });
  const messages = new Subject<LiveMessage>();
  worker.onmessage = ({ data }: MessageEvent<Posted>) => {
    if ('state' in data) state.next(data.state);
    else messages.next(data.message);
  };
  worker.postMessage({ base } satisfies Order);
  return { state, messages };
}

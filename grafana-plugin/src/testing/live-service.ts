/** Grafana's Live service and data sources for tests of the panel, as far as it asks them. */
import {
  LiveChannelConnectionState,
  LiveChannelEventType,
  LoadingState,
  type DataFrame,
  type DataQueryRequest,
  type PanelData,
} from '@grafana/data';
import { setDataSourceSrv, setGrafanaLiveSrv, type DataSourceSrv, type GrafanaLiveSrv } from '@grafana/runtime';

/** Something that can be listened to, with the last value for newcomers. */
function channel<T>(last?: T) {
  const listeners = new Set<(value: T) => void>();
  const listenerOf = (to: unknown) =>
    (typeof to === 'function' ? to : (value: T) => (to as { next(value: T): void }).next(value)) as (value: T) => void;
  return {
    count: () => listeners.size,
    next(value: T) {
      last = value;
      listeners.forEach((listener) => listener(value));
    },
    subscribe(to: unknown) {
      const listener = listenerOf(to);
      listeners.add(listener);
      if (last !== undefined) {
        listener(last);
      }
      return { unsubscribe: () => void listeners.delete(listener) };
    },
  };
}

/** A Live service: connected, with a subscription to every channel, on which nothing comes. */
export function installLive() {
  const connection = channel(true);
  const events = channel<object>({ type: LiveChannelEventType.Status, state: LiveChannelConnectionState.Connected });
  setGrafanaLiveSrv({
    getConnectionState: () => connection,
    getStream: () => events,
  } as unknown as GrafanaLiveSrv);
  return {
    connect: (isConnected: boolean) => connection.next(isConnected),
    push: () => events.next({ type: LiveChannelEventType.Message, message: {} }),
    status: (state: LiveChannelConnectionState, error?: string) =>
      events.next({ type: LiveChannelEventType.Status, state, error }),
    listeners: () => connection.count() + events.count(),
  };
}

/** A data source that answers every query with these frames. @returns the requests that were made */
export function installDataSource(frames: (request: DataQueryRequest) => DataFrame[] | Error): DataQueryRequest[] {
  const requests: DataQueryRequest[] = [];
  setDataSourceSrv({
    get: () =>
      Promise.resolve({
        query(request: DataQueryRequest) {
          requests.push(request);
          const data = frames(request);
          return data instanceof Error ? Promise.reject(data) : Promise.resolve({ data });
        },
      }),
  } as unknown as DataSourceSrv);
  return requests;
}

/** The data of a panel that waits for pushes: only the query that is answered at once has an answer. */
export function silentData(data: PanelData): PanelData {
  const live = (name: string) => ({ refId: name, queryType: 'measurements', channel: `stream/onehertz/${name}` });
  const targets = [live('components'), live('board'), { refId: 'Ready', queryType: 'snapshot' }];
  return { ...data, state: LoadingState.Done, request: { targets } as DataQueryRequest };
}

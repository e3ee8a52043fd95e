/** The preview's Grafana Live: channels `stream/<id>/<measurement>`, fed by the streams of exporters instead of by their pushes. */
import { type DataFrameJSON, type LiveChannelAddress, LiveChannelScope, type LiveChannelEvent } from '@grafana/data';
import type { GrafanaLiveSrv } from '@grafana/runtime';
import { combineLatest, map, type Observable, throwError } from 'rxjs';
import { LiveChannel } from './channel';
import type { LiveFeed } from './live-feed';

/** @param feeds by the stream id under which each exporter pushes to Grafana */
export function createLiveService(feeds: ReadonlyMap<string, LiveFeed>): GrafanaLiveSrv {
  const channels = new Map<string, LiveChannel>();

  const channel = (path: string): LiveChannel => {
    let found = channels.get(path);
    if (!found) channels.set(path, (found = new LiveChannel()));
    return found;
  };

  for (const [id, feed] of feeds)
    feed.messages.subscribe(({ channel: name, json }) =>
      channel(`${id}/${name}`).push(JSON.parse(json) as DataFrameJSON)
    );

  const unknownChannel = ({ scope, stream, namespace, path }: LiveChannelAddress): Observable<never> => {
    const known = [...feeds.keys()].map((id) => `stream/${id}/…`).join(', ');
    const message = `the preview has no Live channel ${scope}/${stream ?? namespace}/${path}; its channels are ${known}`;
    return throwError(() => new Error(message));
  };

  return {
    // to Grafana, which is there when one exporter of several is not
    getConnectionState: () =>
      combineLatest([...feeds.values()].map(({ state }) => state)).pipe(
        map((states) => states.some(({ connected }) => connected))
      ),
    getDataStream(options) {
      const { scope, stream: streamId, namespace, path } = options.addr;
      const id = streamId ?? namespace;
      if (scope !== LiveChannelScope.Stream || !feeds.has(id)) return unknownChannel(options.addr);
      return channel(`${id}/${path}`).subscribe(options);
    },
    getStream: <T>(address: LiveChannelAddress): Observable<LiveChannelEvent<T>> => unknownChannel(address),
    getPresence: () => Promise.resolve({ users: null }),
    publish: () => Promise.reject(new Error('the preview does not publish to Live channels')),
  };
}

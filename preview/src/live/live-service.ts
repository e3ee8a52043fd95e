/** The preview's Grafana Live: channels `stream/onehertz/<measurement>`, fed by the exporter's stream instead of by a push. */
import { type DataFrameJSON, type LiveChannelAddress, LiveChannelScope, type LiveChannelEvent } from '@grafana/data';
import type { GrafanaLiveSrv } from '@grafana/runtime';
import { map, type Observable, throwError } from 'rxjs';
import { LiveChannel } from './channel';
import type { LiveFeed } from './live-feed';

/** The stream id under which the exporter pushes to Grafana. */
const STREAM_ID = 'onehertz';

export function createLiveService(feed: LiveFeed): GrafanaLiveSrv {
  const channels = new Map<string, LiveChannel>();

  const channel = (path: string): LiveChannel => {
    let found = channels.get(path);
    if (!found) channels.set(path, (found = new LiveChannel()));
    return found;
  };

  feed.messages.subscribe(({ channel: name, json }) => channel(name).push(JSON.parse(json) as DataFrameJSON));

  return {
    getConnectionState: () => feed.state.pipe(map(({ connected }) => connected)),
    getDataStream(options) {
      const { scope, stream: streamId, namespace, path } = options.addr;
      if (scope !== LiveChannelScope.Stream || (streamId ?? namespace) !== STREAM_ID)
        return unknownChannel(options.addr);
      return channel(path).subscribe(options);
    },
    getStream: <T>(address: LiveChannelAddress): Observable<LiveChannelEvent<T>> => unknownChannel(address),
    getPresence: () => Promise.resolve({ users: null }),
    publish: () => Promise.reject(new Error('the preview does not publish to Live channels')),
  };
}

function unknownChannel({ scope, stream, namespace, path }: LiveChannelAddress): Observable<never> {
  return throwError(
    () =>
      new Error(
        `the preview has no Live channel ${scope}/${stream ?? namespace}/${path}; its channels are stream/${STREAM_ID}/…`
      )
  );
}

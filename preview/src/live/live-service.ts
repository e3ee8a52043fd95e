/** The preview's Grafana Live, on the page: subscribes to the channels to which exporters push, `stream/<stream id>/<measurement>`. */
import { type LiveChannelAddress, type LiveChannelEvent, LiveChannelScope, toLiveChannelId } from '@grafana/data';
import type { GrafanaLiveSrv } from '@grafana/runtime';
import { map, type Observable, throwError } from 'rxjs';
import { createLiveChannel, type LiveChannel } from './channel';
import type { LiveConnection } from './connection';

export function createLiveService(connection: LiveConnection): GrafanaLiveSrv {
  const channels = new Map<string, LiveChannel>();

  function channelOf(id: string): LiveChannel {
    let channel = channels.get(id);
    if (!channel) {
      channel = createLiveChannel(
        id,
        (onFrame) => connection.subscribe(id, onFrame),
        () => channels.delete(id)
      );
      channels.set(id, channel);
    }
    return channel;
  }

  const unknownChannel = (address: LiveChannelAddress): Observable<never> =>
    throwError(() => new Error(`the preview has no Live channel ${toLiveChannelId(address)}, only stream/…`));

  return {
    getConnectionState: () => connection.state.pipe(map(({ connected }) => connected)),
    getDataStream: (options) =>
      options.addr.scope === LiveChannelScope.Stream
        ? channelOf(toLiveChannelId(options.addr)).subscribe(options)
        : unknownChannel(options.addr),
    getStream: <T>(address: LiveChannelAddress) =>
      address.scope === LiveChannelScope.Stream
        ? (channelOf(toLiveChannelId(address)).events as Observable<LiveChannelEvent<T>>)
        : unknownChannel(address),
    getPresence: () => Promise.resolve({ users: null }),
    publish: () => Promise.reject(new Error('the preview does not publish to Live channels')),
  };
}

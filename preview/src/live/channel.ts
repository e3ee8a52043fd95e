/**
 * One Live channel, as in Grafana's frontend (LiveDataStream.ts): its frame outlives its subscriptions by some seconds,
 * each subscription has its own copy of the frame, and only new rows are sent while the schema is unchanged.
 */
import {
  type DataFrameJSON,
  type DataQueryResponse,
  type Field,
  LiveChannelConnectionState,
  type LiveChannelEvent,
  LiveChannelEventType,
  LoadingState,
  StreamingDataFrame,
} from '@grafana/data';
import type { LiveDataStreamOptions } from '@grafana/runtime';
import { map, Observable, ReplaySubject, startWith, Subject } from 'rxjs';
import { inBatches } from './hidden';

interface Packet {
  schemaChanged: boolean;
  /** The new rows, column by column. */
  values: unknown[][];
}

export interface LiveChannel {
  /** What comes on the channel, as it comes. */
  readonly events: Observable<LiveChannelEvent<DataFrameJSON>>;
  /** The frame as it is now, then again with each message; the same object, mutated, as in Grafana. */
  subscribe(options: LiveDataStreamOptions): Observable<DataQueryResponse>;
}

/** Rows kept unless a query requests more. */
const DEFAULT_ROWS = 100;
/** How long a channel without subscribers is kept: a refreshing dashboard subscribes again within this time. */
const SHUTDOWN_AFTER_MS = 5_000;

/**
 * @param id as in `stream/onehertz/components`
 * @param connect begins to listen to the channel; returns how to stop that
 * @param onShutdown called when nobody has looked at the channel for a while
 */
export function createLiveChannel(
  id: string,
  connect: (onFrame: (frame: DataFrameJSON) => void) => () => void,
  onShutdown: () => void
): LiveChannel {
  const channelFrame = StreamingDataFrame.empty({ maxLength: DEFAULT_ROWS });
  const packets = new ReplaySubject<Packet>(1);
  const messages = new Subject<LiveChannelEvent<DataFrameJSON>>();
  let shutdown: ReturnType<typeof setTimeout> | undefined;

  const disconnect = connect((message) => {
    // with a schema it is the last frame, which comes with each subscription: nothing was pushed
    if (!message.schema) messages.next({ type: LiveChannelEventType.Message, message });
    const { schemaChanged } = channelFrame.push(message);
    packets.next({ schemaChanged, values: schemaChanged ? [] : channelFrame.getValuesFromLastPacket() });
  });

  function shutDownIfUnused(): void {
    if (packets.observed) return;
    disconnect();
    onShutdown();
  }

  return {
    events: messages.pipe(
      startWith({
        type: LiveChannelEventType.Status as const,
        id,
        timestamp: Date.now(),
        state: LiveChannelConnectionState.Connected,
      })
    ),
    subscribe({ key, buffer, filter: wanted }) {
      clearTimeout(shutdown);
      // with Grafana's defaults where the query does not say
      const options = StreamingDataFrame.empty(buffer).getOptions();
      if (channelFrame.needsResizing(options)) channelFrame.resize(options);
      const names = wanted?.fields?.length ? new Set(wanted.fields) : undefined;
      const keep = names && ((field: Field) => names.has(field.name));

      return new Observable<DataQueryResponse>((subscriber) => {
        let frame: StreamingDataFrame | undefined;
        let columns: number[] | undefined;
        const deliver = (batch: Packet[]): DataQueryResponse => {
          if (!frame || batch.some(({ schemaChanged }) => schemaChanged)) {
            frame = StreamingDataFrame.deserialize(channelFrame.serialize(keep, options));
            columns = keep && channelFrame.getMatchingFieldIndexes(keep);
          } else {
            for (const { values } of batch)
              frame.pushNewValues(columns ? columns.map((index) => values[index] ?? []) : values);
          }
          return { key, state: LoadingState.Streaming, data: [frame] };
        };
        const subscription = packets.pipe(inBatches, map(deliver)).subscribe(subscriber);
        return () => {
          subscription.unsubscribe();
          clearTimeout(shutdown);
          if (!packets.observed) shutdown = setTimeout(shutDownIfUnused, SHUTDOWN_AFTER_MS);
        };
      });
    },
  };
}

/**
 * One channel as Grafana's page keeps it, with the client's own StreamingDataFrame (public/app/features/live/centrifuge/LiveDataStream.ts
 * and channel.ts): a frame that outlives its subscribers, and a copy of it for each of them.
 */
import { StreamingDataFrame, type DataFrame, type DataFrameJSON } from '@grafana/data';
import { asPanelFrame, liveMessage, type LiveLine } from './live';

export interface LiveSubscriber {
  /** What the panel gets now. */
  frame(): DataFrame;
}

export interface PageChannel {
  /** The server's answer to a subscription, also after each reconnection: its last frame, with the schema. */
  subscribed(time: number, lines: readonly LiveLine[]): void;
  /** A push: the rows alone. */
  publish(time: number, lines: readonly LiveLine[]): void;
  /** A panel that is mounted, or runs its queries again. */
  subscribe(): LiveSubscriber;
}

/** @param fields the filter of the query */
export function createPageChannel(fields?: readonly string[]): PageChannel {
  const buffer = StreamingDataFrame.empty({ maxLength: 500 });
  const copies = new Set<{ current: StreamingDataFrame }>();
  const copy = () => StreamingDataFrame.deserialize(buffer.serialize());

  function take(message: DataFrameJSON): void {
    const { schemaChanged } = buffer.push(message);
    for (const held of copies) {
      if (schemaChanged) {
        held.current = copy();
      } else {
        held.current.pushNewValues(buffer.getValuesFromLastPacket());
      }
    }
  }

  return {
    subscribed: (time, lines) => take(liveMessage(time, lines, fields)),
    publish: (time, lines) => take({ data: liveMessage(time, lines, fields).data }),
    subscribe() {
      const held = { current: copy() };
      copies.add(held);
      return { frame: () => asPanelFrame(held.current) };
    },
  };
}

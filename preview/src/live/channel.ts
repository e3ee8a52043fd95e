/**
 * One Live channel, as Grafana's LiveDataStream keeps it: the frame of the channel outlives its subscriptions, each
 * subscription has a frame of its own that starts as a copy of it, and as long as the schema stays only new rows travel.
 */
import {
  type DataFrameJSON,
  type DataQueryResponse,
  type Field,
  LoadingState,
  StreamingDataFrame,
} from '@grafana/data';
import type { LiveDataStreamOptions } from '@grafana/runtime';
import { filter, map, Observable, ReplaySubject } from 'rxjs';

interface Packet {
  schemaChanged: boolean;
  /** The new rows, column by column. */
  values: unknown[][];
}

/** Rows kept until a query asks for more. */
const DEFAULT_ROWS = 100;

export class LiveChannel {
  #frame = StreamingDataFrame.empty({ maxLength: DEFAULT_ROWS });
  #packets = new ReplaySubject<Packet>(1);

  /** Appends rows; a message with a schema may change the frame's fields. */
  push(message: DataFrameJSON): void {
    const { schemaChanged } = this.#frame.push(message);
    this.#packets.next({ schemaChanged, values: schemaChanged ? [] : this.#frame.getValuesFromLastPacket() });
  }

  /** The frame as it is now, then again with each message; the same object, mutated, as in Grafana. */
  subscribe({ key, buffer, filter: wanted }: LiveDataStreamOptions): Observable<DataQueryResponse> {
    const options = { ...this.#frame.getOptions(), maxDelta: Infinity, ...buffer };
    if (this.#frame.needsResizing(options)) this.#frame.resize(options);
    const names = wanted?.fields?.length ? new Set(wanted.fields) : undefined;
    const keep = names && ((field: Field) => names.has(field.name));

    return new Observable<DataQueryResponse>((subscriber) => {
      let frame: StreamingDataFrame | undefined;
      let columns: number[] | undefined;
      const deliver = (packet: Packet): DataQueryResponse => {
        if (!frame || packet.schemaChanged) {
          frame = StreamingDataFrame.deserialize(this.#frame.serialize(keep, options));
          columns = keep && this.#frame.getMatchingFieldIndexes(keep);
        } else {
          frame.pushNewValues(columns ? columns.map((index) => packet.values[index] ?? []) : packet.values);
        }
        return { key, state: LoadingState.Streaming, data: [frame] };
      };
      return this.#packets
        .pipe(
          map(deliver),
          filter(({ data }) => data.length > 0)
        )
        .subscribe(subscriber);
    });
  }
}

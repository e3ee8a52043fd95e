/** In the place of Grafana's server: the exporter's stream in, frames of Live channels out. */
import type { DataFrameJSON } from '@grafana/data';
import { createExporterApi } from './exporter-api';
import type { Order, Posted } from './live-feed';
import { labelsColumnFrame } from './labels-column';
import { measurementStream } from './measurement-stream';
import { connectStream } from './stream-client';

const post = (posted: Posted) => self.postMessage(posted);
const schemas = new Map<string, string>();

/** Grafana's server sends the schema when it changed and to a newcomer, which a page is after each reconnection. */
function withSchemaIfNew(channel: string, frame: DataFrameJSON): DataFrameJSON {
  const schema = JSON.stringify(frame.schema);
  if (schemas.get(channel) === schema) return { data: frame.data };
  schemas.set(channel, schema);
  return frame;
}

self.onmessage = ({ data: { base } }: MessageEvent<Order>) => {
  const stream = connectStream(`${self.location.origin.replace(/^http/, 'ws')}${base}/api/v1/stream`);
  stream.state.subscribe((state) => {
    if (state.connected) schemas.clear();
    post({ state });
  });
  measurementStream(stream, createExporterApi(base)).subscribe(({ name, lines }) => {
    post({ message: { channel: name, json: JSON.stringify(withSchemaIfNew(name, labelsColumnFrame(name, lines))) } });
  });
};

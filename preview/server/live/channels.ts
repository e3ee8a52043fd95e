/**
 * The channels `stream/<stream id>/<measurement>`, as Grafana keeps them (pkg/services/live/managedstream/runner.go): of each the last frame, which a
 * newcomer gets with its schema; whoever listens gets the rows alone while the schema stays.
 */
import { toFrames } from './frames';
import { parseLineProtocol } from './line-protocol';

/** @param frame JSON of a `LiveFrame` */
export type FrameListener = (frame: string) => void;

export interface Channels {
  /**
   * Makes frames of a body of line protocol and passes them on.
   * @throws Error when the body cannot be read; nothing of it was passed on then
   */
  push(streamId: string, body: string): void;
  /** Calls `listener` at once with the last frame, if there is one, and then with each that comes. Returns how to stop that. */
  subscribe(channel: string, listener: FrameListener): () => void;
}

interface LastFrame {
  /** Both are JSON. */
  schema: string;
  data: string;
}

export function createChannels(): Channels {
  const last = new Map<string, LastFrame>();
  const listeners = new Map<string, Set<FrameListener>>();
  return {
    push(streamId, body) {
      for (const [measurement, frame] of toFrames(parseLineProtocol(body))) {
        const channel = `stream/${streamId}/${measurement}`;
        const next = { schema: JSON.stringify(frame.schema), data: JSON.stringify(frame.data) };
        const message = last.get(channel)?.schema === next.schema ? `{"data":${next.data}}` : whole(next);
        last.set(channel, next);
        for (const listener of listeners.get(channel) ?? []) listener(message);
      }
    },
    subscribe(channel, listener) {
      const all = listeners.get(channel) ?? new Set();
      listeners.set(channel, all.add(listener));
      const before = last.get(channel);
      if (before) listener(whole(before));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(channel);
      };
    },
  };
}

function whole({ schema, data }: LastFrame): string {
  return `{"schema":${schema},"data":${data}}`;
}

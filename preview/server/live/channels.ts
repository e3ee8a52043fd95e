/**
 * The channels `stream/<stream id>/<measurement>`, as in Grafana (pkg/services/live/managedstream/runner.go): the last
 * frame of each is kept for new subscribers; existing ones get only rows while the schema is unchanged.
 */
import { toFrames } from './frames';
import { parseLineProtocol } from './line-protocol';

/** @param frame JSON of a `LiveFrame` */
export type FrameListener = (frame: string) => void;

export interface Channels {
  /**
   * Converts a body of line protocol to frames and distributes them.
   * @throws Error if the body cannot be parsed; nothing is distributed then
   */
  push(streamId: string, body: string): void;
  /** Calls `listener` with the last frame, if any, then with each new one. Returns a function that unsubscribes. */
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

/** Where rows travel. */

/** Each is a channel of its own; `components` or `board` is silent, by the size of the board. */
export const MEASUREMENTS = ['components', 'board', 'summary', 'events'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

/** The `stream_id` of an exporter whose configuration says nothing else. */
export const DEFAULT_STREAM_ID = 'onehertz';

/** The name of a channel, as queries have it. */
export function channelOf(streamId: string, measurement: Measurement): string {
  return `stream/${streamId}/${measurement}`;
}

/** The path of Grafana to which an exporter pushes. Source: pkg/api/api.go and docs/sources/setup-grafana/set-up-grafana-live.md of Grafana. */
export function pushPath(streamId: string): string {
  return `/api/live/push/${streamId}`;
}

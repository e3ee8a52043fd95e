/** Names of the channels in Grafana Live. */

/**
 * Each is a channel of its own. Depending on the size of the board, either `components` or `board` is used; `history` is
 * pushed now and then, for panels that open.
 */
export const MEASUREMENTS = ['components', 'board', 'history', 'summary', 'events'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

/** The default `stream_id`. */
export const DEFAULT_STREAM_ID = 'onehertz';

/** The name of a channel, as used in queries. */
export function channelOf(streamId: string, measurement: Measurement): string {
  return `stream/${streamId}/${measurement}`;
}

/**
 * Path of Grafana's push endpoint. Source: pkg/api/api.go and docs/sources/setup-grafana/set-up-grafana-live.md of
 * Grafana.
 */
export function pushPath(streamId: string): string {
  return `/api/live/push/${streamId}`;
}

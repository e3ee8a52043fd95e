/**
 * The WebSocket stream: its events and messages, and the JSON form of a component, which the HTTP API and Grafana Live
 * use too.
 */
import type { Headline } from './headline';
import type { JsonValue } from './json';
import type { RecentJson } from './recent';
import type { Status } from './status';

/** Path of the exporter's WebSocket. */
export const STREAM_PATH = '/api/v1/stream';

/** Names of the messages and the values of `?events=`, identical to those of the reference system. */
export const STREAM_EVENT = {
  /** All components: to a newcomer, then once a second. */
  snapshot: 'system:comprehensive_health',
  /** One component, at once when it changed. */
  change: 'service:health',
  /** All receivers, when one of them changed or was probed. */
  receivers: 'websdrs:health',
} as const;
export type StreamEvent = (typeof STREAM_EVENT)[keyof typeof STREAM_EVENT];
export const STREAM_EVENTS: readonly StreamEvent[] = Object.values(STREAM_EVENT);

export interface ComponentJson {
  status: Status;
  /** Its name. */
  service: string;
  display_name: string;
  kind: string;
  type: string;
  response_time_ms?: number;
  /** What it took to connect, where the connection was made for the last answer; not part of the response time. */
  connect_ms?: number;
  message?: string;
  error?: string;
  version?: string;
  /** Where it is, without secrets; absent while it is healthy. */
  address?: string;
  /** ISO 8601 UTC; absent before the first probe. */
  last_check?: string;
  /** When `status` began. ISO 8601 UTC. */
  since: string;
  /** Since when it has been up, or down, without a break, where that is not `since`. ISO 8601 UTC. */
  standing_since?: string;
  /** Nobody saw the beginning of it: it may have been so for longer. */
  since_at_least?: boolean;
  flapping: boolean;
  /** Absent if false. */
  critical?: boolean;
  maintenance?: boolean;
  /** Of maintenance that somebody asked for. ISO 8601 UTC. */
  maintenance_until?: string;
  maintenance_by?: string;
  maintenance_reason?: string;
  /** Of a silence of Alertmanager that mutes its alerts; the status does not change. ISO 8601 UTC. */
  silence_until?: string;
  silence_by?: string;
  silence_reason?: string;
  /** The only alerts that it mutes: `ComponentSlow`; absent if it mutes all alerts of the component. */
  silence_only?: string;
  stale?: boolean;
  /** Addresses of pages about it, by their names; absent if there are none. */
  links?: Record<string, string>;
  /** Custom labels; absent if there are none. */
  labels?: Record<string, string>;
  /** Dependencies whose failure explains that this component is down or degraded. */
  consequence_of?: string[];
  /** Other dependencies that are down but do not explain this failure. */
  depends_on_down?: string[];
  /** What of its result could not be written. */
  left_out?: string[];
  /** Its last minutes; in the first snapshot of a connection and in the HTTP API only. */
  recent?: RecentJson;
  /** What its probe found. */
  [detail: string]: JsonValue | undefined;
}

/** Components by name. */
export type Components = Record<string, ComponentJson>;

/** The payload of each event. */
export interface StreamData {
  /** With `delta`: the changes of each component, as a JSON Merge Patch (RFC 7386). */
  [STREAM_EVENT.snapshot]: {
    /** What is broken, since when, why, and what it takes along; also in a delta it is whole. */
    headline?: Headline;
    components: Components;
    delta?: true;
  };
  [STREAM_EVENT.change]: ComponentJson;
  [STREAM_EVENT.receivers]: { health_status: Components };
}

export interface Envelope<Event extends StreamEvent> {
  event: Event;
  /** ISO 8601 UTC. */
  timestamp: string;
  /**
   * In snapshots, if the exporter is late: for how many milliseconds since the previous snapshot it could not read
   * responses. The snapshot may then be incomplete and outdated. Absent if it is not late.
   */
  late_ms?: number;
  data: StreamData[Event];
}

/** Any message of the stream. */
export type StreamMessage = { [Event in StreamEvent]: Envelope<Event> }[StreamEvent];

/** The components contained in a message. */
export function componentsIn(message: StreamMessage): ComponentJson[] {
  switch (message.event) {
    case STREAM_EVENT.snapshot:
      return Object.values(message.data.components);
    case STREAM_EVENT.change:
      return [message.data];
    case STREAM_EVENT.receivers:
      return Object.values(message.data.health_status);
  }
}

/** The messages of the exporter's stream, as far as the preview reads them. */

/** A component in the stream; fields the preview does not name are its details. */
export interface StreamComponent {
  status: string;
  service: string;
  display_name?: string;
  critical?: boolean;
  kind: string;
  type: string;
  response_time_ms?: number;
  message?: string;
  error?: string;
  version?: string;
  /** ISO 8601 */
  last_check?: string;
  /** ISO 8601 */
  since?: string;
  flapping?: boolean;
  labels?: Record<string, string>;
  [detail: string]: unknown;
}

export type Envelope =
  | { event: 'system:comprehensive_health'; at: number; components: StreamComponent[] }
  | { event: 'service:health'; at: number; component: StreamComponent }
  | { event: 'websdrs:health'; at: number; components: StreamComponent[] };

interface RawEnvelope {
  /** Any text; the type names those that are known. */
  event: Envelope['event'];
  timestamp?: string;
  data?: unknown;
}

/** Reads one message; `undefined` for an event that this preview does not know. */
export function parseEnvelope(text: string): Envelope | undefined {
  const { event, timestamp, data } = JSON.parse(text) as RawEnvelope;
  const at = Date.parse(timestamp ?? '');
  if (Number.isNaN(at) || typeof data !== 'object' || data === null) return undefined;
  switch (event) {
    case 'system:comprehensive_health':
      return { event, at, components: named((data as { components?: Record<string, StreamComponent> }).components) };
    case 'service:health':
      return { event, at, component: data as StreamComponent };
    case 'websdrs:health':
      return {
        event,
        at,
        components: named((data as { health_status?: Record<string, StreamComponent> }).health_status),
      };
    default:
      return undefined;
  }
}

function named(components: Record<string, StreamComponent> = {}): StreamComponent[] {
  return Object.entries(components).map(([name, component]) => ({ ...component, service: component.service ?? name }));
}

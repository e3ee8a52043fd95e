/** Reads the exporter's event ring and metrics over HTTP. */
import { COMPONENT_METRIC, isUp, type Status } from '@onehertz/contract';

export interface RingEvent {
  id: number;
  component: string;
  from: Status;
  to: Status;
  /** ISO 8601. */
  at: string;
  reason: string;
}

export async function readEvents(origin: string): Promise<RingEvent[]> {
  const response = await fetch(`${origin}/api/v1/events`);
  return ((await response.json()) as { events: RingEvent[] }).events;
}

export async function allAreUp(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/api/v1/components`);
  const { components } = (await response.json()) as { components: Record<string, { status: Status }> };
  return Object.values(components).every(({ status }) => isUp(status));
}

export type Metrics = ReadonlyMap<string, number>;

/** All samples by their series: `component_up{component="redis",…}`. */
export async function readMetrics(origin: string): Promise<Metrics> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const end = line.lastIndexOf(' ');
    if (!line.startsWith('#') && end > 0) samples.set(line.slice(0, end), Number(line.slice(end + 1)));
  }
  return samples;
}

const OF_CHANGES = new RegExp(`^${COMPONENT_METRIC.changes}\\{(?:.*,)?component="([^"]+)"`);

/** Number of status changes of each component, from its counter. */
export function statusChanges(metrics: Metrics): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [series, value] of metrics) {
    const component = OF_CHANGES.exec(series)?.[1];
    if (component !== undefined) counts.set(component, value);
  }
  return counts;
}

/** What is watched, as the exporter's configuration says: where each component is, and what it needs. */
import { parse } from 'yaml';
import type { CheckOrder } from './observer/messages';

export interface Component {
  name: string;
  probe: string;
  url: string;
  interval?: string;
  depends_on?: string[];
  critical?: boolean;
  [key: string]: unknown;
}

export interface Watched {
  component: Component;
  /** The servers that it is made of. */
  own: string[];
  /** Those, and all that they need in turn. */
  needed: string[];
}

/** Such as have their own pace are probed more often than in the demo, so that a run of minutes sees enough of them. */
const SLOW_INTERVAL = '5s';

/**
 * The demo's configuration for a soak: every event is remembered, and no component is degraded for being slow, because how
 * slow a server is depends on the machine and not on the faults.
 */
export function soakConfig(demoConfig: string): { components: Component[]; [key: string]: unknown } {
  const { components, ...settings } = parse(demoConfig) as { components: Component[] };
  return {
    ...settings,
    events: 100_000,
    components: components.map(({ degraded_above: _, ...component }) => ({
      ...component,
      ...(component.interval !== undefined && { interval: SLOW_INTERVAL }),
    })),
  };
}

/** @param workers the names of the servers that are Celery workers */
export function watchedOf(components: readonly Component[], workers: readonly string[]): Watched[] {
  const ownServers = ({ name, probe, depends_on = [] }: Component) =>
    probe === 'celery' ? [...workers] : probe === 'model_info' ? depends_on : [name];
  const byName = new Map(components.map((component) => [component.name, component]));
  const needs = (component: Component): string[] => [
    ...ownServers(component),
    ...(component.depends_on ?? []).flatMap((name) => needs(byName.get(name) as Component)),
  ];
  return components.map((component) => ({
    component,
    own: ownServers(component),
    needed: [...new Set(needs(component))],
  }));
}

/** How the observer is to check a component. */
export function checkOrderOf({ component, own }: Watched): CheckOrder {
  const { name, probe, url, depends_on = [] } = component;
  const { port, pathname } = new URL(url);
  const order = { component: name, port: Number(port), servers: own };
  switch (probe) {
    case 'redis':
    case 'postgresql':
      return { ...order, check: probe };
    case 'rabbitmq':
      return { ...order, check: 'amqp' };
    case 'celery':
      return { ...order, check: 'amqp', servers: depends_on, oneOf: own };
    // without a signature it answers 403
    case 'minio':
      return { ...order, check: 'http', path: '/', anyAnswer: true };
    default:
      return { ...order, check: 'http', path: pathname };
  }
}

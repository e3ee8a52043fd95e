/** The watched components from the exporter's configuration: their addresses and dependencies. */
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
  /** Its own servers. */
  own: string[];
  /** Its own servers and all that they depend on. */
  needed: string[];
  /** What the board says of it while nothing is broken. */
  well: 'healthy' | 'warning';
  /** Whether something stands before its database that answers alone: only what is asked of the database tells of it. */
  isPooled?: boolean;
}

/**
 * Components with a longer interval are probed more often than in the demo, so that a run of minutes has enough of
 * their probes.
 */
const SLOW_INTERVAL = '5s';

/**
 * The demo's configuration for a soak: all events are kept, and no component is degraded for slow responses, because
 * response times depend on the machine rather than on the faults.
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

/** @param workers names of the servers that are Celery workers */
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
    well: 'healthy',
  }));
}

/** How the observer checks a component. */
export function checkOrderOf({ component, own, needed, isPooled = false }: Watched): CheckOrder {
  const { name, probe, url } = component;
  const { port, pathname, protocol, username, password } = new URL(url);
  const order = { component: name, port: Number(port), servers: own };
  switch (probe) {
    case 'redis':
      return { ...order, check: probe };
    case 'postgresql': {
      const login = { user: username, password, database: pathname.slice(1) };
      return isPooled ? { ...order, check: 'select', login } : { ...order, check: probe };
    }
    case 'rabbitmq':
      return { ...order, check: 'amqp' };
    case 'celery':
      return {
        ...order,
        check: protocol === 'redis:' ? 'redis' : 'amqp',
        servers: needed.filter((server) => !own.includes(server)),
        oneOf: own,
      };
    // returns 403 without a signature
    case 'minio':
      return { ...order, check: 'http', path: '/', anyAnswer: true };
    default:
      return { ...order, check: 'http', path: pathname };
  }
}

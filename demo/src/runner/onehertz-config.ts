/** The exporter's configuration for the servers that are running. */
import { stringify } from 'yaml';
import { RECEIVERS } from '../simulators/receivers';
import type { SystemServers } from './system';

interface Component {
  name: string;
  display_name: string;
  probe: string;
  depends_on: string[];
  [key: string]: unknown;
}

/** Address and credentials for the exporter's pushes. */
export interface LiveTarget {
  url: string;
  token: string;
}

/** The text of onehertz.yml, including passwords. Servers that are not running are left out, also as dependencies. */
export function onehertzConfig(servers: SystemServers, live?: LiveTarget): string {
  const all = [...infrastructure(servers), ...microservices(servers), ...receivers(servers), ...models(servers)];
  const names = all.map(({ name }) => name);
  const components = all.map(({ depends_on, ...component }) => {
    const known = depends_on.filter((name) => names.includes(name));
    return known.length > 0 ? { ...component, depends_on: known } : component;
  });
  return stringify({ interval: '1s', timeout: '800ms', components, ...(live && { grafana_live: live }) });
}

function infrastructure({ postgresql, redis, rabbitmq, s3, workers, brokerUrl }: SystemServers): Component[] {
  const components: Component[] = [];
  const add = (component: Omit<Component, 'depends_on'> & { depends_on?: string[] }) =>
    void components.push({ depends_on: [], ...component } as Component);
  if (postgresql)
    add({
      name: 'postgresql',
      display_name: 'PostgreSQL',
      probe: 'postgresql',
      url: postgresql.url,
      critical: true,
      degraded_above: '250ms',
    });
  if (redis) add({ name: 'redis', display_name: 'Redis', probe: 'redis', url: redis.url, degraded_above: '250ms' });
  if (rabbitmq)
    add({
      name: 'rabbitmq',
      display_name: 'RabbitMQ',
      probe: 'rabbitmq',
      url: rabbitmq.url,
      critical: true,
      degraded_above: '250ms',
      queues: [{ name: 'celery', max_messages: 1000 }],
    });
  if (s3)
    add({
      name: 'minio',
      // a stand-in must be labelled as such
      display_name: s3.software === 's3rver' ? 'MinIO (s3rver stand-in)' : 'MinIO',
      ...(s3.software === 's3rver' ? { labels: { stand_in: 's3rver' } } : {}),
      probe: 'minio',
      url: s3.url,
      access_key: s3.accessKey,
      secret_key: s3.secretKey,
      buckets: ['models'],
      degraded_above: '250ms',
    });
  if (workers.length > 0 && brokerUrl !== undefined)
    add({
      name: 'celery',
      display_name: 'Celery',
      probe: 'celery',
      url: brokerUrl,
      min_workers: 2,
      queues: ['celery'],
      depends_on: [brokerUrl === rabbitmq?.url ? 'rabbitmq' : 'redis'],
    });
  return components;
}

function microservices({ services }: SystemServers): Component[] {
  const details = {
    backend: { display_name: 'Backend', depends_on: ['postgresql', 'redis', 'rabbitmq'] },
    training: { display_name: 'Training', depends_on: ['minio', 'rabbitmq'] },
    inference: { display_name: 'Inference', depends_on: ['minio', 'redis'] },
  };
  return (Object.keys(details) as (keyof typeof details)[]).flatMap((name) => {
    const server = services[name];
    // its own dependency checks take up to 400 ms when one hangs
    return server
      ? [{ name, probe: 'http', url: `${server.url}/health`, degraded_above: '600ms', ...details[name] }]
      : [];
  });
}

function receivers({ receivers: running }: SystemServers): Component[] {
  return RECEIVERS.flatMap(({ name, title }) => {
    const url = running[name]?.url;
    return url ? [{ name, display_name: title, probe: 'websdr', url, interval: '60s', depends_on: [] }] : [];
  });
}

function models({ services: { inference } }: SystemServers): Component[] {
  if (!inference) return [];
  return [
    {
      name: 'inference-model',
      display_name: 'Signal classifier',
      probe: 'model_info',
      url: `${inference.url}/model/info`,
      interval: '30s',
      depends_on: ['inference'],
    },
  ];
}

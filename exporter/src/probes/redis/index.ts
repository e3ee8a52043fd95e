/** Redis: the definition of the probe. */
import { checkTls } from '../../fields/tls';
import { defineProbe } from '../definition';
import { ownOrBroker } from '../kit/environment';
import { fields } from './settings';

export const redis = defineProbe({
  name: 'redis',
  kind: 'infrastructure',
  type: 'cache',
  purpose: `A \`PING\` on a kept connection, with \`INFO\` and a write that changes nothing (\`SETRANGE onehertz 0 ""\`, which neither creates
nor changes a key): rejected reads and writes are \`unhealthy\`, rejected writes alone a \`warning\`. For a Sentinel also the state of its masters, for a cluster node its slots and nodes.

Commands that its user may not run are skipped, and tried again now and then. A user with all permissions is created with
\`ACL SETUSER onehertz on >… ~onehertz* +ping +info +setrange +memory|usage +client|setname +cluster|info +cluster|nodes\`, on a Sentinel
\`ACL SETUSER onehertz on >… +ping +info +client|setname +sentinel|ckquorum +sentinel|master\`.`,
  example: `- name: redis
  probe: redis
  url: redis://redis:6379/0
  password_file: secrets/redis_password`,
  fields,
  check(component) {
    const { url } = component;
    const findings = checkTls(component, ['rediss', 'valkeys']);
    if (url === undefined || /^\/?(\d+)?$/.test(new URL(url).pathname)) return findings;
    return [
      ...findings,
      { path: ['url'], message: 'expected the number of a database as its path, e.g. redis://host:6379/0' },
    ];
  },
  environment: {
    variable: 'REDIS_URL',
    describes: '`redis` (else the Redis of `CELERY_BROKER_URL`)',
    read: (get) => ownOrBroker(get, 'REDIS_URL', 'redis'),
  },
  gauges: [
    { name: 'component_redis_memory_bytes', help: 'Memory used by the data and the server.' },
    { name: 'component_redis_memory_max_bytes', help: 'The setting maxmemory; absent without a limit.' },
    { name: 'component_redis_clients', help: 'Connected clients.' },
    { name: 'component_redis_clients_max', help: 'The setting maxclients; absent before Redis 7.' },
    { name: 'component_redis_operations_per_second', help: 'Commands processed per second, as Redis averages them.' },
    {
      name: 'component_redis_hit_ratio',
      help: 'Look-ups since the start that found their key; absent before the first.',
    },
    { name: 'component_redis_master_link_up', help: 'Replicas: 1 while the master is connected, else 0.' },
    { name: 'component_redis_persistence_errors', help: 'Kinds of writing to disk of which the last one failed.' },
    { name: 'component_redis_cluster_slots_served', help: 'Nodes of a cluster: slots that are served, of 16384.' },
    { name: 'component_redis_cluster_nodes', help: 'Nodes of a cluster: nodes that it knows, itself too.' },
    { name: 'component_redis_cluster_nodes_failing', help: 'Nodes of a cluster: nodes that do not answer it.' },
    { name: 'component_redis_sentinel_masters', help: 'Sentinels: masters that it watches.' },
    {
      name: 'component_redis_sentinel_masters_down',
      help: 'Sentinels: masters that are down, as its Sentinels agree.',
    },
    { name: 'component_redis_sentinel_replicas', help: 'Sentinels: replicas of its masters that it knows.' },
    {
      name: 'component_redis_sentinel_sentinels',
      help: 'Sentinels: Sentinels that watch the same master, itself too.',
    },
  ],
  row: {
    title: 'Redis',
    prefix: 'component_redis_',
    panels: [
      {
        title: 'Memory',
        description: 'At the limit keys are evicted or writes refused.',
        unit: 'bytes',
        series: {
          memory_bytes: 'used',
          memory_max_bytes: 'limit',
        },
      },
      {
        title: 'Operations and clients',
        description: 'Operations per second, and connected clients.',
        unit: 'none',
        series: {
          operations_per_second: 'operations/s',
          clients: 'clients',
        },
      },
      {
        title: 'Hit ratio',
        description: 'Share of the reads that found their key.',
        unit: 'percentunit',
        series: { hit_ratio: 'hits' },
      },
    ],
  },
  figures: [
    { show: 'value', keys: ['memory_bytes', 'redis_memory_bytes'] },
    { show: 'count', noun: 'client', keys: ['clients', 'redis_clients'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});

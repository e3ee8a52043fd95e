/** What Redis says of itself in INFO, and what that means. https://redis.io/docs/latest/commands/info/ */

export interface RedisInfo {
  /** `7.0.15` */
  version: string | undefined;
  role: 'master' | 'replica';
  memoryBytes: number;
  /** 0: no limit. */
  maxMemoryBytes: number;
  clients: number;
  /** `undefined` before Redis 7. */
  maxClients: number | undefined;
  operationsPerSecond: number;
  /** Of all look-ups since the start; `undefined` before the first one. */
  hitRatio: number | undefined;
  /** Replicas only: whether the master is connected. */
  masterLinkUp: boolean | undefined;
  /** Percent of the data that is loaded; `undefined` unless it is loading. */
  loadedPercent: number | undefined;
  /** Why data may not reach the disk: `the last snapshot failed`. */
  persistenceErrors: string[];
  /** Whether it evicts keys when the memory is full; if not, it refuses writes then. */
  evicts: boolean;
}

/** Reads the answer to INFO; what is missing counts as 0, for proxies and forks leave fields out. */
export function parseInfo(text: string): RedisInfo {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const number = (name: string) => Number(fields.get(name) ?? 0) || 0;
  const lookups = number('keyspace_hits') + number('keyspace_misses');
  const replica = fields.get('role') === 'slave';
  return {
    version: fields.get('redis_version'),
    role: replica ? 'replica' : 'master',
    memoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    clients: number('connected_clients'),
    maxClients: fields.has('maxclients') ? number('maxclients') : undefined,
    operationsPerSecond: number('instantaneous_ops_per_sec'),
    hitRatio: lookups > 0 ? number('keyspace_hits') / lookups : undefined,
    masterLinkUp: replica ? fields.get('master_link_status') === 'up' : undefined,
    loadedPercent: number('loading') === 1 ? number('loading_loaded_perc') : undefined,
    persistenceErrors: [
      ['rdb_last_bgsave_status', 'the last snapshot failed'],
      ['aof_last_write_status', 'the last write to the append-only file failed'],
      ['aof_last_bgrewrite_status', 'the last rewrite of the append-only file failed'],
    ].flatMap(([name = '', meaning = '']) => (fields.get(name) === 'err' ? [meaning] : [])),
    evicts: (fields.get('maxmemory_policy') ?? 'noeviction') !== 'noeviction',
  };
}

export interface Judgement {
  status: 'healthy' | 'degraded' | 'warning';
  /** One short sentence. */
  message: string;
}

/** What a Redis that answers PING is worth: impaired goes before what needs attention. */
export function judge(info: RedisInfo): Judgement {
  const impaired: string[] = [];
  if (info.masterLinkUp === false) impaired.push('replica without its master, serves old data');
  if (info.maxClients !== undefined && info.clients >= info.maxClients)
    impaired.push(`lets no new client in: ${info.clients} of ${info.maxClients} connected`);
  const attention = info.persistenceErrors.map((error) => `${error}; see its log and the disk`);
  if (info.maxMemoryBytes > 0 && info.memoryBytes >= info.maxMemoryBytes && !info.evicts)
    attention.push(`refuses writes: memory full, ${inUnits(info.memoryBytes)} of ${inUnits(info.maxMemoryBytes)}`);
  const problems = [...impaired, ...attention];
  if (problems.length > 0)
    return { status: impaired.length > 0 ? 'degraded' : 'warning', message: problems.join('; ') };
  const limit = info.maxMemoryBytes > 0 ? ` of ${inUnits(info.maxMemoryBytes)}` : '';
  const clients = `${info.clients} ${info.clients === 1 ? 'client' : 'clients'}`;
  return { status: 'healthy', message: `${inUnits(info.memoryBytes)}${limit} used, ${clients}` };
}

function inUnits(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

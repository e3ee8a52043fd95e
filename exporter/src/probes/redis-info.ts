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

const PERSISTENCE: readonly (readonly [field: string, meaning: string])[] = [
  ['rdb_last_bgsave_status', 'the last snapshot failed'],
  ['aof_last_bgrewrite_status', 'the last rewrite of the append-only file failed'],
  ['aof_last_write_status', 'the last write to the append-only file failed'],
];

/** Reads the answer to INFO; what is missing counts as 0, for proxies and forks leave fields out. */
export function parseInfo(text: string): RedisInfo {
  const field = createFieldReader(text);
  const number = (name: string) => Number(field(name) ?? 0) || 0;
  // in the order in which Redis writes them
  const version = field('redis_version');
  const clients = number('connected_clients');
  const maxClients = field('maxclients') === undefined ? undefined : number('maxclients');
  const memoryBytes = number('used_memory');
  const maxMemoryBytes = number('maxmemory');
  const policy = field('maxmemory_policy') ?? 'noeviction';
  const loading = number('loading') === 1;
  const persistenceErrors: string[] = [];
  for (const [name, meaning] of PERSISTENCE) if (field(name) === 'err') persistenceErrors.push(meaning);
  const loadedPercent = loading ? number('loading_loaded_perc') : undefined;
  const operationsPerSecond = number('instantaneous_ops_per_sec');
  const hits = number('keyspace_hits');
  const lookups = hits + number('keyspace_misses');
  const replica = field('role') === 'slave';
  return {
    ...{
      version,
      memoryBytes,
      maxMemoryBytes,
      clients,
      maxClients,
      operationsPerSecond,
      loadedPercent,
      persistenceErrors,
    },
    role: replica ? 'replica' : 'master',
    hitRatio: lookups > 0 ? hits / lookups : undefined,
    masterLinkUp: replica ? field('master_link_status') === 'up' : undefined,
    evicts: policy !== 'noeviction',
  };
}

/**
 * Looks fields up in INFO's lines of `name:value` without taking all hundred and fifty apart, once a second for each server. To ask in
 * the order of the text makes it one pass; any other order is right too, only slower.
 */
function createFieldReader(text: string): (name: string) => string | undefined {
  let at = 0;
  return (name) => {
    const key = `\n${name}:`;
    let found = text.indexOf(key, at);
    if (found < 0 && at > 0) found = text.indexOf(key);
    // the first line has no line before it
    const begin = found >= 0 ? found + key.length : text.startsWith(`${name}:`) ? name.length + 1 : -1;
    if (begin < 0) return undefined;
    at = Math.max(0, begin - key.length);
    const end = text.indexOf('\r\n', begin);
    return text.slice(begin, end < 0 ? undefined : end);
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

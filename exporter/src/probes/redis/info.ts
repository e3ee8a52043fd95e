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

/** How each field stands in the text; made once, not for each answer. */
const KEYS = {
  version: key('redis_version'),
  clients: key('connected_clients'),
  maxClients: key('maxclients'),
  memory: key('used_memory'),
  maxMemory: key('maxmemory'),
  policy: key('maxmemory_policy'),
  loading: key('loading'),
  loaded: key('loading_loaded_perc'),
  operations: key('instantaneous_ops_per_sec'),
  hits: key('keyspace_hits'),
  misses: key('keyspace_misses'),
  role: key('role'),
  masterLink: key('master_link_status'),
};

const PERSISTENCE: readonly (readonly [key: string, meaning: string])[] = [
  [key('rdb_last_bgsave_status'), 'the last snapshot failed'],
  [key('aof_last_bgrewrite_status'), 'the last rewrite of the append-only file failed'],
  [key('aof_last_write_status'), 'the last write to the append-only file failed'],
];

function key(field: string): string {
  return `\n${field}:`;
}

/** Reads the answer to INFO; what is missing counts as 0, for proxies and forks leave fields out. */
export function parseInfo(text: string): RedisInfo {
  const field = createFieldReader(text);
  const number = (name: string) => Number(field(name) ?? 0) || 0;
  // in the order in which Redis writes them
  const version = field(KEYS.version);
  const clients = number(KEYS.clients);
  const clientLimit = field(KEYS.maxClients);
  const memoryBytes = number(KEYS.memory);
  const maxMemoryBytes = number(KEYS.maxMemory);
  const policy = field(KEYS.policy) ?? 'noeviction';
  const loading = number(KEYS.loading) === 1;
  const persistenceErrors: string[] = [];
  for (const [name, meaning] of PERSISTENCE) if (field(name) === 'err') persistenceErrors.push(meaning);
  const loadedPercent = loading ? number(KEYS.loaded) : undefined;
  const operationsPerSecond = number(KEYS.operations);
  const hits = number(KEYS.hits);
  const lookups = hits + number(KEYS.misses);
  const replica = field(KEYS.role) === 'slave';
  return {
    version,
    memoryBytes,
    maxMemoryBytes,
    clients,
    maxClients: clientLimit === undefined ? undefined : Number(clientLimit) || 0,
    operationsPerSecond,
    loadedPercent,
    persistenceErrors,
    role: replica ? 'replica' : 'master',
    hitRatio: lookups > 0 ? hits / lookups : undefined,
    masterLinkUp: replica ? field(KEYS.masterLink) === 'up' : undefined,
    evicts: policy !== 'noeviction',
  };
}

/**
 * Looks fields up in INFO's lines of `name:value` without taking all hundred and fifty apart, once a second for each server. To ask in
 * the order of the text makes it one pass; any other order is right too, only slower.
 */
function createFieldReader(text: string): (key: string) => string | undefined {
  let at = 0;
  return (key) => {
    let found = text.indexOf(key, at);
    if (found < 0 && at > 0) found = text.indexOf(key);
    // the first line has no line before it
    const begin = found >= 0 ? found + key.length : text.startsWith(key.slice(1)) ? key.length - 1 : -1;
    if (begin < 0) return undefined;
    at = Math.max(0, found);
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

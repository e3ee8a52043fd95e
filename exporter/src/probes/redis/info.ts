/** What Redis says of itself in INFO, and what that means. https://redis.io/docs/latest/commands/info/ */

export interface RedisInfo {
  /** `7.0.15`; of a fork its own, not that of the Redis that it is like. */
  version: string | undefined;
  /** As an older server, or a proxy, leaves it out: `undefined`; so is every figure that it does not give. */
  mode: 'standalone' | 'cluster' | 'sentinel' | undefined;
  role: 'master' | 'replica' | undefined;
  memoryBytes: number | undefined;
  /** 0: no limit. */
  maxMemoryBytes: number | undefined;
  clients: number | undefined;
  /** Before Redis 7 `undefined`. */
  maxClients: number | undefined;
  operationsPerSecond: number | undefined;
  /** Of all look-ups since the start; `undefined` before the first one. */
  hitRatio: number | undefined;
  /** Replicas only: whether the master is connected. */
  masterLinkUp: boolean | undefined;
  /** Percent of the data that is loaded; `undefined` unless it is loading. */
  loadedPercent: number | undefined;
  /** Why data may not reach the disk: `the last snapshot failed`; `undefined` if it says nothing of that. */
  persistenceErrors: string[] | undefined;
  /** Whether it evicts keys when the memory is full; if not, it refuses writes then. */
  evicts: boolean;
  /** Replicas that follow closely enough; only where the master asks for some. */
  goodReplicas: number | undefined;
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
  goodReplicas: key('min_slaves_good_slaves'),
};

const PERSISTENCE: readonly (readonly [key: string, meaning: string])[] = [
  [key('rdb_last_bgsave_status'), 'the last snapshot failed'],
  [key('aof_last_bgrewrite_status'), 'the last rewrite of the append-only file failed'],
  [key('aof_last_write_status'), 'the last write to the append-only file failed'],
];

function key(field: string): string {
  return `\n${field}:`;
}

/** `valkey_version` of a fork, which says `redis_version` as well, for older clients; not that of the compiler. */
const FORK_VERSION = /^(?!redis_|gcc_)[a-z]+_version:(?:v(?=\d))?(\S+)/m;

/** `redis_mode`; Valkey says `server_mode`. */
const MODE = /^[a-z]+_mode:(standalone|cluster|sentinel)\b/m;

/** Reads the answer to INFO; proxies, forks and Sentinels leave fields out. */
export function parseInfo(text: string): RedisInfo {
  const field = createFieldReader(text);
  const number = (name: string) => {
    const value = field(name);
    return value === undefined ? undefined : Number(value) || 0;
  };
  const head = text.slice(0, HEAD);
  // in the order in which Redis writes them
  const version = FORK_VERSION.exec(head)?.[1] ?? field(KEYS.version);
  const mode = MODE.exec(head)?.[1] as RedisInfo['mode'];
  const clients = number(KEYS.clients);
  const maxClients = number(KEYS.maxClients);
  const memoryBytes = number(KEYS.memory);
  const maxMemoryBytes = number(KEYS.maxMemory);
  const policy = field(KEYS.policy) ?? 'noeviction';
  const loading = number(KEYS.loading) === 1;
  const persistence = PERSISTENCE.map(([name, meaning]) => [field(name), meaning] as const);
  const failed = persistence.filter(([status]) => status === 'err').map(([, meaning]) => meaning);
  const loadedPercent = loading ? (number(KEYS.loaded) ?? 0) : undefined;
  const operationsPerSecond = number(KEYS.operations);
  const hits = number(KEYS.hits) ?? 0;
  const lookups = hits + (number(KEYS.misses) ?? 0);
  const role = field(KEYS.role);
  const replica = role === 'slave' || role === 'replica';
  return {
    version,
    mode,
    memoryBytes,
    maxMemoryBytes,
    clients,
    maxClients,
    operationsPerSecond,
    loadedPercent,
    persistenceErrors: persistence.some(([status]) => status !== undefined) ? failed : undefined,
    role: replica ? 'replica' : role === 'master' ? 'master' : undefined,
    hitRatio: lookups > 0 ? hits / lookups : undefined,
    masterLinkUp: replica ? field(KEYS.masterLink) === 'up' : undefined,
    evicts: policy !== 'noeviction',
    goodReplicas: replica ? undefined : number(KEYS.goodReplicas),
  };
}

/** The section of the server, which comes first, ends within so many characters. */
const HEAD = 500;

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

/** `12.3 MB` */
export function inUnits(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

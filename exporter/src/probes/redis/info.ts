/** Parses and interprets Redis' INFO. https://redis.io/docs/latest/commands/info/ */

export interface RedisInfo {
  /** `7.0.15`; for a fork its own version, not that of the compatible Redis. */
  version: string | undefined;
  /** `undefined`, like every missing figure, with older servers or proxies that omit it. */
  mode: 'standalone' | 'cluster' | 'sentinel' | undefined;
  role: 'master' | 'replica' | undefined;
  memoryBytes: number | undefined;
  /** 0: no limit. */
  maxMemoryBytes: number | undefined;
  clients: number | undefined;
  /** `undefined` before Redis 7. */
  maxClients: number | undefined;
  operationsPerSecond: number | undefined;
  /** Of all lookups since the start; `undefined` before the first. */
  hitRatio: number | undefined;
  /** Replicas only: whether the master is connected. */
  masterLinkUp: boolean | undefined;
  /** Percentage of loaded data; `undefined` unless it is loading. */
  loadedPercent: number | undefined;
  /** Why data may not be persisted: `the last snapshot failed`; `undefined` if not reported. */
  persistenceErrors: string[] | undefined;
  /** Whether it evicts keys when the memory is full; otherwise it rejects writes. */
  evicts: boolean;
  /** Number of replicas with acceptable lag; only if the master requires some. */
  goodReplicas: number | undefined;
}

/** Search text for each field; created once. */
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

/** `valkey_version` of a fork, which also has `redis_version` for older clients; not the compiler's version. */
const FORK_VERSION = /^(?!redis_|gcc_)[a-z]+_version:(?:v(?=\d))?(\S+)/m;

/** `redis_mode`; Valkey says `server_mode`. */
const MODE = /^[a-z]+_mode:(standalone|cluster|sentinel)\b/m;

/** Parses the reply to INFO; proxies, forks and Sentinels omit fields. */
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

/** Maximum length of the server section, which comes first. */
const HEAD = 500;

/**
 * Finds fields in INFO without parsing all 150 lines, once a second for each server. Looking them up in the order of
 * the text takes one pass; any other order works too, but is slower.
 */
function createFieldReader(text: string): (key: string) => string | undefined {
  let at = 0;
  return (key) => {
    let found = text.indexOf(key, at);
    if (found < 0 && at > 0) found = text.indexOf(key);
    // the first line is not preceded by a line break
    const begin = found >= 0 ? found + key.length : text.startsWith(key.slice(1)) ? key.length - 1 : -1;
    if (begin < 0) return undefined;
    at = Math.max(0, found);
    const end = text.indexOf('\r\n', begin);
    return text.slice(begin, end < 0 ? undefined : end);
  };
}

/** The few figures of a component that are worth a place on its card. */
import type { Component } from '../board/component';
import { detailValue, formatDuration } from '../board/format';
import { isObject, type JsonObject, type JsonValue } from '../board/json';
import { agreement } from './words';

/** At most this many, after the version. */
const MOST_FIGURES = 2;

type Tell = (details: JsonObject) => string | undefined;

/** By name as the stream has them, then as Prometheus' gauges are called. Most telling first. */
const FIGURES: readonly Tell[] = [
  counted('worker', 'worker_count', 'celery_workers'),
  ofMost('users', 'users', 'users_max'),
  ofMost('users', 'websdr_users', 'websdr_users_max'),
  ({ queues }) => waiting(queues),
  (details) => text(details, 'model'),
  measured('accuracy_ratio', 'model_accuracy_ratio'),
  counted('bucket', 'buckets', 'minio_buckets'),
  measured('memory_bytes', 'redis_memory_bytes'),
  counted('client', 'clients', 'redis_clients'),
  measured('database_bytes', 'postgresql_database_size_bytes'),
  counted('connection', 'connections', 'postgresql_connections'),
  (details) => {
    const uptime = first(details, ['uptime_seconds', 'http_uptime_seconds']);
    return uptime && `uptime ${formatDuration(uptime[1] * 1000)}`;
  },
  ({ certificate_days: days }) => (typeof days === 'number' ? `certificate ${days} d` : undefined),
];

/** Whether vantage points agree, version and the most telling details in one line: `2 of 3 agree · v15.18 · 2 workers`. */
export function figures(component: Component): string {
  const { version, details } = component;
  const parts = [
    agreement(component),
    version && /^\d+(\.\d+)+$/.test(version) ? `v${version}` : (version ?? ''),
  ].filter(Boolean);
  const most = parts.length + MOST_FIGURES;
  for (const tell of FIGURES) {
    const part = parts.length < most ? tell(details) : undefined;
    if (part) {
      parts.push(part);
    }
  }
  return parts.join(' · ');
}

function first(details: JsonObject, keys: readonly string[]): [key: string, value: number] | undefined {
  for (const key of keys) {
    const value = details[key];
    if (typeof value === 'number') {
      return [key, value];
    }
  }
  return undefined;
}

/** `1 worker`, `2 workers`. */
function counted(noun: string, ...keys: string[]): Tell {
  return (details) => {
    const found = first(details, keys);
    return found && `${detailValue(...found)} ${noun}${found[1] === 1 ? '' : 's'}`;
  };
}

/** A number with the unit that its name tells. */
function measured(...keys: string[]): Tell {
  return (details) => {
    const found = first(details, keys);
    return found && detailValue(...found);
  };
}

/** `3/20 users`. */
function ofMost(noun: string, key: string, mostKey: string): Tell {
  return (details) => {
    const [value, most] = [details[key], details[mostKey]];
    return typeof value === 'number' ? `${value}${typeof most === 'number' ? `/${most}` : ''} ${noun}` : undefined;
  };
}

function text(details: JsonObject, key: string): string | undefined {
  const value = details[key];
  return typeof value === 'string' ? value : undefined;
}

/** Messages in all queues: a list of RabbitMQ's, or lengths by name of Celery's. */
function waiting(queues: JsonValue | undefined): string | undefined {
  let messages = 0;
  if (Array.isArray(queues)) {
    for (const queue of queues) {
      messages += isObject(queue) && typeof queue.ready === 'number' ? queue.ready : 0;
    }
  } else if (isObject(queues)) {
    for (const length of Object.values(queues)) {
      messages += typeof length === 'number' ? length : 0;
    }
  } else {
    return undefined;
  }
  return `${messages} queued`;
}

/** Components from the environment variables that twelve-factor applications set anyway. */
import type { ComponentSource } from '../reading/source';
import { nameOfTarget } from '../file-sd/target';
import { COMPONENT_NAME } from '../../fields/fields';
import { grafanaLiveSchema } from '../grafana-live';

/** What to say when none of them is set. */
export const NOTHING_IN_ENVIRONMENT =
  'no component to watch: give a file with --config.file, or set one of DATABASE_URL, REDIS_URL, RABBITMQ_URL, ' +
  'CELERY_BROKER_URL, MINIO_URL, SERVICES (backend=http://…,training=http://…), WEBSDRS (name=http://…), MODEL_INFO_URL';

/** The components that the variables describe, unchecked; empty variables count as unset. */
export function componentsFromEnv(env: NodeJS.ProcessEnv): ComponentSource[] {
  const get = (name: string) => env[name]?.trim() || undefined;
  const sources: ComponentSource[] = [];
  const add = (variable: string, value: Record<string, unknown>, variables: Record<string, string> = {}) =>
    sources.push({
      file: 'environment',
      value,
      place: (path) => ({ path: variables[String(path[0])] ?? variable }),
      isText: () => true,
      isBroken: () => false,
    });

  for (const [variable, probe] of [
    ['SERVICES', 'http'],
    ['WEBSDRS', 'websdr'],
  ] as const)
    for (const { name, url } of parseList(get(variable) ?? ''))
      add(variable, { name: slug(name), ...(slug(name) === name ? {} : { display_name: name }), probe, url });

  const database = get('DATABASE_URL');
  // SQLAlchemy writes the driver into the scheme: postgresql+asyncpg://
  if (database) add('DATABASE_URL', { name: 'postgresql', probe: 'postgresql', url: withoutDriver(database) });

  const celery = get('CELERY_BROKER_URL');
  const broker = celery === undefined ? undefined : brokerOf(celery);
  const redis = get('REDIS_URL') ?? (broker?.probe === 'redis' ? broker.url : undefined);
  if (redis) add(get('REDIS_URL') ? 'REDIS_URL' : 'CELERY_BROKER_URL', { name: 'redis', probe: 'redis', url: redis });
  const rabbitmq = get('RABBITMQ_URL') ?? (broker?.probe === 'rabbitmq' ? broker.url : undefined);
  if (rabbitmq)
    add(get('RABBITMQ_URL') ? 'RABBITMQ_URL' : 'CELERY_BROKER_URL', {
      name: 'rabbitmq',
      probe: 'rabbitmq',
      url: rabbitmq,
    });
  const minio = get('MINIO_URL');
  if (minio) {
    const [accessVariable, accessKey] = first(get, 'MINIO_ACCESS_KEY', 'MINIO_ROOT_USER');
    const [secretVariable, secretKey] = first(get, 'MINIO_SECRET_KEY', 'MINIO_ROOT_PASSWORD');
    const keys = { ...(accessKey && { access_key: accessKey }), ...(secretKey && { secret_key: secretKey }) };
    const url = minio.includes('://') ? minio : `http://${minio}`;
    const variables = { access_key: accessVariable, secret_key: secretVariable };
    add('MINIO_URL', { name: 'minio', probe: 'minio', url, ...keys }, variables);
  }
  if (broker) {
    const depends = broker.probe ? { depends_on: [broker.probe] } : {};
    add('CELERY_BROKER_URL', { name: 'celery', probe: 'celery', url: broker.url, ...depends });
  }
  const model = get('MODEL_INFO_URL');
  if (model) add('MODEL_INFO_URL', { name: 'model', probe: 'model_info', url: model });
  return sources;
}

/** `backend=http://a:1,training=http://b:2`, separated by commas, spaces or lines; the name may be left out. */
function parseList(text: string): { name: string; url: string }[] {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, name, rest] = /^([^=:/?]+)=(.*)$/s.exec(entry) ?? [];
      const address = rest ?? entry;
      return { name: name ?? nameOfTarget(address), url: address.includes('://') ? address : `http://${address}` };
    });
}

function slug(name: string): string {
  if (COMPONENT_NAME.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
}

/** Celery knows its brokers by the names of their transports, and several of them separated by semicolons. */
function brokerOf(text: string): { url: string; probe: 'rabbitmq' | 'redis' | undefined } {
  const url = (text.split(';')[0] ?? '').replace(/^(pyamqp|librabbitmq):/, 'amqp:').trim();
  const probe = /^amqps?:/.test(url) ? 'rabbitmq' : /^rediss?:/.test(url) ? 'redis' : undefined;
  return { url, probe };
}

function withoutDriver(url: string): string {
  return url.replace(/^(postgres(?:ql)?)\+[a-z0-9_]+:/, '$1:');
}

function first(get: (name: string) => string | undefined, ...names: [string, string]): [string, string | undefined] {
  const name = names.find((candidate) => get(candidate) !== undefined) ?? names[0];
  return [name, get(name)];
}

/** The section `grafana_live` that the variables describe, unchecked; `undefined` without GRAFANA_URL. */
export function grafanaLiveFromEnv(env: NodeJS.ProcessEnv): ComponentSource | undefined {
  const get = (key: string) => env[`GRAFANA_${key.toUpperCase()}`]?.trim() || undefined;
  const keys = Object.keys(grafanaLiveSchema.shape).filter((key) => get(key) !== undefined);
  if (!keys.includes('url')) return undefined;
  return {
    file: 'environment',
    value: Object.fromEntries(keys.map((key) => [key, get(key)])),
    place: (path) => ({ path: `GRAFANA_${String(path[0] ?? 'url').toUpperCase()}` }),
    isText: () => true,
    isBroken: () => false,
  };
}

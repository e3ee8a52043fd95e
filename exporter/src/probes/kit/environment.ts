/** Reads the environment variables that twelve-factor applications commonly set. */
import { COMPONENT_NAME } from '../../fields/fields';
import { nameOfAddress } from '../../text/names';
import type { EnvironmentComponent } from '../definition';
import { brokersOf } from './brokers';

type Get = (name: string) => string | undefined;

/** The component described by a variable; none if it has no `url`. */
export function single(
  variable: string,
  name: string,
  url: string | undefined,
  more: Record<string, unknown> = {},
  variables?: Record<string, string>
): EnvironmentComponent[] {
  return url === undefined ? [] : [{ variable, settings: { name, url, ...more }, variables }];
}

/** `backend=http://a:1,training=http://b:2`, separated by commas, spaces or lines; names and schemes are optional. */
export function listed(variable: string, text = ''): EnvironmentComponent[] {
  return text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, given, rest] = /^([^=:/?]+)=(.*)$/s.exec(entry) ?? [];
      const address = rest ?? entry;
      const shown = given ?? nameOfAddress(address);
      const name = slug(shown);
      const url = address.includes('://') ? address : `http://${address}`;
      return { variable, settings: { name, ...(name === shown ? {} : { display_name: shown }), url } };
    });
}

/** The URL from the probe's own variable, else from Celery's broker if it is of this kind. */
export function ownOrBroker(get: Get, variable: string, probe: Broker['probe'] & string): EnvironmentComponent[] {
  const own = withKnownScheme(get(variable));
  if (own !== undefined) return single(variable, probe, own);
  const broker = brokerOf(get);
  return broker?.probe === probe ? single('CELERY_BROKER_URL', probe, broker.url) : [];
}

interface Broker {
  /** The first broker. */
  url: string;
  /** All brokers, in the format of the Celery probe. */
  urls: string;
  /** Absent for brokers without a probe. */
  probe: 'rabbitmq' | 'redis' | undefined;
}

/** Parses `CELERY_BROKER_URL`. */
function brokerOf(get: Get): Broker | undefined {
  const text = get('CELERY_BROKER_URL');
  if (text === undefined) return undefined;
  const urls = brokersOf(text).map(withKnownScheme);
  const url = urls[0] ?? text;
  const probe = /^amqps?:/.test(url) ? 'rabbitmq' : /^rediss?:/.test(url) ? 'redis' : undefined;
  return { url, urls: urls.join(';'), probe };
}

/** The Celery component, and the broker itself unless another variable names it. */
export function celeryComponents(get: Get): EnvironmentComponent[] {
  const variable = 'CELERY_BROKER_URL';
  const broker = brokerOf(get);
  if (broker?.probe === undefined) return single(variable, 'celery', broker?.url);
  const { urls } = broker;
  // with a second broker, the failure of the first does not explain one of the workers
  const dependsOn = (name: string) => (urls === broker.url ? { depends_on: [name] } : {});
  const own = withKnownScheme(get(OWN_VARIABLES[broker.probe]));
  if (own === undefined || isSameServer(own, broker.url))
    return single(variable, 'celery', urls, dependsOn(broker.probe));
  return [
    ...single(variable, 'celery-broker', broker.url, { probe: broker.probe }),
    ...single(variable, 'celery', urls, dependsOn('celery-broker')),
  ];
}

const OWN_VARIABLES = { rabbitmq: 'RABBITMQ_URL', redis: 'REDIS_URL' } as const;
const DEFAULT_PORTS: Record<string, string> = {
  'amqp:': '5672',
  'amqps:': '5671',
  'redis:': '6379',
  'rediss:': '6379',
};

function isSameServer(one: string, other: string): boolean {
  if (!URL.canParse(one) || !URL.canParse(other)) return false;
  const [a, b] = [one, other].map((url) => {
    const { hostname, port, protocol } = new URL(url);
    // what no probe can ask is left out, and cannot stand for the other
    const usual = DEFAULT_PORTS[protocol];
    return usual && `${hostname.toLowerCase()}:${port || usual}`;
  });
  return a !== undefined && a === b;
}

/**
 * SQLAlchemy includes the driver in the scheme, JDBC puts itself before it: `postgresql+asyncpg://`,
 * `jdbc:postgresql://`.
 */
export function withoutDriver(url: string | undefined): string | undefined {
  return withKnownScheme(url?.replace(/^jdbc:/i, '').replace(/^([a-z]+)\+[a-z0-9_]+:/i, '$1:'));
}

/** Other schemes for servers with the same protocol, or for other clients of the same server. */
const OTHER_NAMES: Record<string, string> = {
  ...{
    postgis: 'postgresql',
    pgsql: 'postgresql',
    psql: 'postgresql',
    timescale: 'postgresql',
    timescalegis: 'postgresql',
  },
  ...{ cockroach: 'postgresql', cockroachdb: 'postgresql' },
  ...{ valkey: 'redis', valkeys: 'rediss', keydb: 'redis' },
  ...{ pyamqp: 'amqp', librabbitmq: 'amqp' },
};

function withKnownScheme<T extends string | undefined>(url: T): T {
  return url?.replace(/^([a-z0-9]+)(?=:)/i, (scheme) => OTHER_NAMES[scheme.toLowerCase()] ?? scheme) as T;
}

function slug(name: string): string {
  if (COMPONENT_NAME.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|(?<!-)-+$/g, '');
}

/** Reads the environment variables that twelve-factor applications set anyway. */
import { COMPONENT_NAME } from '../../fields/fields';
import { nameOfAddress } from '../../text/names';
import type { EnvironmentComponent } from '../definition';
import { brokersOf } from './brokers';

type Get = (name: string) => string | undefined;

/** The one component that a variable describes; none if it has no `url`. */
export function single(
  variable: string,
  name: string,
  url: string | undefined,
  more: Record<string, unknown> = {},
  variables?: Record<string, string>
): EnvironmentComponent[] {
  return url === undefined ? [] : [{ variable, settings: { name, url, ...more }, variables }];
}

/** `backend=http://a:1,training=http://b:2`, separated by commas, spaces or lines; names and schemes may be left out. */
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

/** The URL of a variable of its own, else that of Celery's broker if it is of this probe. */
export function ownOrBroker(get: Get, variable: string, probe: Broker['probe'] & string): EnvironmentComponent[] {
  const own = withKnownScheme(get(variable));
  if (own !== undefined) return single(variable, probe, own);
  const broker = brokerOf(get);
  return broker?.probe === probe ? single('CELERY_BROKER_URL', probe, broker.url) : [];
}

interface Broker {
  /** The first. */
  url: string;
  /** All of them, as the probe of Celery takes them. */
  urls: string;
  /** Absent for brokers that no probe knows. */
  probe: 'rabbitmq' | 'redis' | undefined;
}

/** What `CELERY_BROKER_URL` says. */
function brokerOf(get: Get): Broker | undefined {
  const text = get('CELERY_BROKER_URL');
  if (text === undefined) return undefined;
  const urls = brokersOf(text).map(withKnownScheme);
  const url = urls[0] ?? text;
  const probe = /^amqps?:/.test(url) ? 'rabbitmq' : /^rediss?:/.test(url) ? 'redis' : undefined;
  return { url, urls: urls.join(';'), probe };
}

/** Celery and what listens to its workers, with the broker itself where no variable of its own names that server. */
export function celeryComponents(get: Get): EnvironmentComponent[] {
  const variable = 'CELERY_BROKER_URL';
  const broker = brokerOf(get);
  if (broker?.probe === undefined) return single(variable, 'celery', broker?.url);
  const { urls } = broker;
  // with another one beside it, the first is no reason for a failure
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

/** SQLAlchemy writes the driver into the scheme, JDBC itself before it: `postgresql+asyncpg://`, `jdbc:postgresql://`. */
export function withoutDriver(url: string | undefined): string | undefined {
  return withKnownScheme(url?.replace(/^jdbc:/i, '').replace(/^([a-z]+)\+[a-z0-9_]+:/i, '$1:'));
}

/** What frameworks call servers that speak the same protocol, or the same server with another client. */
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

/** Reads the environment variables that twelve-factor applications set anyway. */
import { COMPONENT_NAME } from '../../fields/fields';
import { nameOfAddress } from '../../text/names';
import type { EnvironmentComponent } from '../definition';

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
  const own = get(variable);
  if (own !== undefined) return single(variable, probe, own);
  const broker = brokerOf(get);
  return broker?.probe === probe ? single('CELERY_BROKER_URL', probe, broker.url) : [];
}

interface Broker {
  url: string;
  /** Absent for brokers that no probe knows. */
  probe: 'rabbitmq' | 'redis' | undefined;
}

/** The first broker of `CELERY_BROKER_URL`: Celery knows them by the names of their transports, several separated by semicolons. */
export function brokerOf(get: Get): Broker | undefined {
  const text = get('CELERY_BROKER_URL');
  if (text === undefined) return undefined;
  const url = (text.split(';')[0] ?? '').replace(/^(pyamqp|librabbitmq):/, 'amqp:').trim();
  return { url, probe: /^amqps?:/.test(url) ? 'rabbitmq' : /^rediss?:/.test(url) ? 'redis' : undefined };
}

/** SQLAlchemy writes the driver into the scheme: `postgresql+asyncpg://`. */
export function withoutDriver(url: string | undefined): string | undefined {
  return url?.replace(/^([a-z]+)\+[a-z0-9_]+:/, '$1:');
}

function slug(name: string): string {
  if (COMPONENT_NAME.test(name)) return name;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
}

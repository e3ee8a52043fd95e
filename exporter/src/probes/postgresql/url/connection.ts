/** Resolves a connection URI with libpq's defaults: hosts, user, TLS. */
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TlsSettings as TlsBlock } from '../../../fields/tls';
import { DECIDED_BY_BLOCK, PARAMETERS, type SessionAttributes, type SslMode } from './parameters';
import type { Values } from './uri';

export interface Place {
  /** A name or an address; a socket folder begins with `/`, an abstract socket with `@`. */
  host: string;
  /** Address to use instead of looking up `host`; certificates are still checked against `host`. */
  address?: string;
  port: number;
}

export interface TlsSettings {
  mode: SslMode;
  /** A file, or `system`; absent: Node's built-in authorities. */
  rootCertificate?: string;
  certificate?: string;
  key?: string;
  passphrase?: string;
  revocations?: string;
  minVersion?: string;
  maxVersion?: string;
  /** Whether to send the server name (SNI). */
  sendsName: boolean;
  /** Direct TLS without negotiation (PostgreSQL 17). */
  direct: boolean;
  /** The component's `tls` block, which replaces the certificates and versions above. */
  block?: TlsBlock;
}

export interface ConnectionSettings {
  /** In the order of attempts. */
  places: Place[];
  shuffled: boolean;
  user: string;
  password?: string;
  database: string;
  applicationName: string;
  options?: string;
  sessionAttributes: SessionAttributes;
  bindsChannel: boolean;
  /** Timeout per host, including login; `undefined`: no limit on the client's side. */
  connectTimeoutMs?: number;
  tls: TlsSettings;
}

interface Own {
  name?: string;
  tls?: TlsBlock;
}

/**
 * @param env libpq's environment variables; without it only the URI itself is checked
 * @param own from the component: default application `name`, and its `tls` block
 * @throws Error with the reason why it cannot be used, without any value
 */
export function resolveConnection(uri: Values, env: NodeJS.ProcessEnv = {}, own: Own = {}): ConnectionSettings {
  const { name = 'onehertz', tls: block } = own;
  const get = (key: string): string | undefined =>
    block && DECIDED_BY_BLOCK.has(key) ? undefined : (uri[key] ?? ofVariable(key, env));
  const user = get('user') ?? userInfo().username;
  const timeout = Number(get('connect_timeout') ?? 0);
  return {
    places: placesOf(get),
    shuffled: get('load_balance_hosts') === 'random',
    user,
    password: get('password'),
    database: get('dbname') ?? user,
    applicationName: get('application_name') ?? get('fallback_application_name') ?? name,
    options: get('options'),
    sessionAttributes: (get('target_session_attrs') ?? 'any') as SessionAttributes,
    bindsChannel: get('channel_binding') === 'require',
    // libpq treats one second as two
    connectTimeoutMs: timeout > 0 ? Math.max(2, timeout) * 1000 : undefined,
    tls: tlsOf(get, block),
  };
}

function ofVariable(key: string, env: NodeJS.ProcessEnv): string | undefined {
  const { variable, check } = PARAMETERS.get(key) ?? {};
  const value = (variable !== undefined && env[variable]) || undefined;
  const reason = value === undefined ? undefined : check?.(value);
  if (reason !== undefined) throw new Error(`${variable}: ${reason}`);
  return value;
}

type Get = (key: string) => string | undefined;

function placesOf(get: Get): Place[] {
  const [hosts, addresses, ports] = ['host', 'hostaddr', 'port'].map((key) => get(key)?.split(',') ?? []) as [
    string[],
    string[],
    string[],
  ];
  const count = Math.max(hosts.length, addresses.length, 1);
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length)
    throw new Error(`hostaddr: expected as many addresses as hosts (${hosts.length})`);
  if (ports.length > 1 && ports.length !== count)
    throw new Error(`port: expected one port, or as many as hosts (${count})`);
  return Array.from({ length: count }, (_, index) => {
    const port = Number((ports.length > 1 ? ports[index] : ports[0]) || 5432);
    const address = addresses[index] || undefined;
    return { host: hosts[index] || address || defaultHost(port), address, port };
  });
}

/** The socket folders of Debian and PostgreSQL; libpq knows only the one set at build time. */
function defaultHost(port: number): string {
  return ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(socketPath(folder, port))) ?? 'localhost';
}

export const isSocket = ({ host, address }: Place) => address === undefined && /^[/@]/.test(host);

export function socketPath(host: string, port: number): string {
  return `${host.replace(/^@/, '\0')}/.s.PGSQL.${port}`;
}

/** `host:port`, or the path of the socket, for messages. */
export function placeName(place: Place): string {
  if (isSocket(place)) return `${place.host}:${place.port}`;
  return `${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;
}

function tlsOf(get: Get, block: TlsBlock | undefined): TlsSettings {
  const root = get('sslrootcert') ?? (block ? undefined : userFile('root.crt'));
  const system = root === 'system';
  const ofBlock = block && (block.insecure ? 'require' : 'verify-full');
  const mode = (ofBlock ?? get('sslmode') ?? (system ? 'verify-full' : 'prefer')) as SslMode;
  if (system && mode !== 'verify-full')
    throw new Error('sslmode: with sslrootcert=system only verify-full is strong enough');
  if (mode === 'verify-ca' && root === undefined)
    throw new Error('sslmode: verify-ca needs sslrootcert; well-known authorities issue certificates to anyone');
  const direct = get('sslnegotiation') === 'direct';
  if (direct && !['require', 'verify-ca', 'verify-full'].includes(mode))
    throw new Error('sslnegotiation: direct needs sslmode=require, or a stronger one');
  if (get('channel_binding') === 'require' && mode === 'disable')
    throw new Error('channel_binding: require needs TLS, and sslmode says disable');
  const sendsCertificate = get('sslcertmode') !== 'disable';
  return {
    mode,
    rootCertificate: root,
    certificate: sendsCertificate ? (get('sslcert') ?? userFile('postgresql.crt')) : undefined,
    key: get('sslkey') ?? userFile('postgresql.key'),
    passphrase: get('sslpassword'),
    revocations: get('sslcrl'),
    minVersion: get('ssl_min_protocol_version'),
    maxVersion: get('ssl_max_protocol_version'),
    sendsName: get('sslsni') !== '0',
    direct,
    block,
  };
}

/** A file in libpq's default location. */
function userFile(name: string): string | undefined {
  const path = join(homedir(), '.postgresql', name);
  return existsSync(path) ? path : undefined;
}

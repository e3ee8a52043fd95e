/** What a connection URI means, with libpq's defaults filled in: where to connect, as whom, and how securely. */
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TlsSettings as TlsBlock } from '../../../fields/tls';
import { DECIDED_BY_BLOCK, PARAMETERS, type SessionAttributes, type SslMode } from './parameters';
import type { Values } from './uri';

export interface Place {
  /** A name or an address; a folder of sockets begins with `/`, an abstract socket with `@`. */
  host: string;
  /** Where to connect instead of looking `host` up; certificates are still for `host`. */
  address?: string;
  port: number;
}

export interface TlsSettings {
  mode: SslMode;
  /** A file, or `system`; absent: the authorities that Node.js knows. */
  rootCertificate?: string;
  certificate?: string;
  key?: string;
  passphrase?: string;
  revocations?: string;
  minVersion?: string;
  maxVersion?: string;
  /** Tell the server which host is meant. */
  sendsName: boolean;
  /** TLS from the first byte (PostgreSQL 17), instead of asking for it first. */
  direct: boolean;
  /** The block `tls` of the component, in the place of the certificates and versions above. */
  block?: TlsBlock;
}

export interface ConnectionSettings {
  /** In the order in which they are tried. */
  places: Place[];
  shuffled: boolean;
  user: string;
  password?: string;
  database: string;
  applicationName: string;
  options?: string;
  sessionAttributes: SessionAttributes;
  bindsChannel: boolean;
  /** Limit for one host, connecting and log-in; `undefined`: as long as a server may take. */
  connectTimeoutMs?: number;
  tls: TlsSettings;
}

interface Own {
  name?: string;
  tls?: TlsBlock;
}

/**
 * @param env where libpq's variables are looked up; without it only what the URI itself says is judged
 * @param own what the component says: `name` of the application, where nothing else is said, and its block `tls`
 * @throws Error whose message is the reason why this cannot be used, without any value
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
    // libpq takes one second for two
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

/** Where Debian and PostgreSQL itself put the socket; libpq looks only where it was built to. */
function defaultHost(port: number): string {
  return ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(socketPath(folder, port))) ?? 'localhost';
}

export const isSocket = ({ host, address }: Place) => address === undefined && /^[/@]/.test(host);

export function socketPath(host: string, port: number): string {
  return `${host.replace(/^@/, '\0')}/.s.PGSQL.${port}`;
}

/** `host:port`, or the socket's path: for messages. */
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
    throw new Error('sslmode: verify-ca needs sslrootcert; the authorities that everybody knows sign for anybody');
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

/** A file that libpq takes without being told. */
function userFile(name: string): string | undefined {
  const path = join(homedir(), '.postgresql', name);
  return existsSync(path) ? path : undefined;
}

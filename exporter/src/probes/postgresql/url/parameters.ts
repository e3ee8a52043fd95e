/** The parameters of a connection URI: allowed values, and parameters that are not supported. */

import { isIP } from 'node:net';

/** Why a value is invalid, without quoting it; `undefined` if it is valid. */
type Check = (value: string) => string | undefined;

export interface Parameter {
  check: Check;
  /** libpq's environment variable for it. */
  variable?: string;
}

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export const SESSION_ATTRIBUTES = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionAttributes = (typeof SESSION_ATTRIBUTES)[number];

const anything: Check = () => undefined;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value) ? undefined : `expected one of ${words.join(', ')}`;
const number: Check = (value) => (/^\s*-?\d{1,9}\s*$/.test(value) ? undefined : 'expected a number');
const numbers: Check = (value) =>
  value
    .split(',')
    .every((port) => port === '' || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    ? undefined
    : 'expected a port from 1 to 65535, or one for each host';
const addresses: Check = (value) =>
  value.split(',').every((address) => address === '' || isIP(address) > 0) ? undefined : 'expected an IP address';
const refused =
  (reason: string): Check =>
  () =>
    `is not supported: ${reason}`;
const refusedBut = (words: string[], reason: string): Check => {
  return (value) => (words.includes(value) ? undefined : `only ${words.join(' and ')} is supported: ${reason}`);
};
/** No effect on whether a connection succeeds. */
const TCP = 'the operating system decides';

const KERBEROS = 'log-in by Kerberos is not supported';
const TLS_VERSIONS = oneOf('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3');

/** As in libpq 18. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
export const PARAMETERS: ReadonlyMap<string, Parameter> = new Map<string, Parameter>([
  ['host', { check: anything, variable: 'PGHOST' }],
  ['hostaddr', { check: addresses, variable: 'PGHOSTADDR' }],
  ['port', { check: numbers, variable: 'PGPORT' }],
  ['dbname', { check: anything, variable: 'PGDATABASE' }],
  ['user', { check: anything, variable: 'PGUSER' }],
  ['password', { check: anything, variable: 'PGPASSWORD' }],
  ['connect_timeout', { check: number, variable: 'PGCONNECT_TIMEOUT' }],
  ['application_name', { check: anything, variable: 'PGAPPNAME' }],
  ['fallback_application_name', { check: anything }],
  ['options', { check: anything, variable: 'PGOPTIONS' }],
  ['client_encoding', { check: (value) => encoding(value) }],
  ['sslmode', { check: oneOf(...SSL_MODES), variable: 'PGSSLMODE' }],
  ['sslrootcert', { check: anything, variable: 'PGSSLROOTCERT' }],
  ['sslcert', { check: anything, variable: 'PGSSLCERT' }],
  ['sslkey', { check: anything, variable: 'PGSSLKEY' }],
  ['sslpassword', { check: anything }],
  ['sslcrl', { check: anything, variable: 'PGSSLCRL' }],
  ['sslsni', { check: oneOf('0', '1'), variable: 'PGSSLSNI' }],
  [
    'sslcertmode',
    { check: refusedBut(['disable', 'allow'], 'no server says whether it looked'), variable: 'PGSSLCERTMODE' },
  ],
  ['sslcompression', { check: oneOf('0', '1') }],
  ['sslnegotiation', { check: oneOf('postgres', 'direct'), variable: 'PGSSLNEGOTIATION' }],
  ['ssl_min_protocol_version', { check: TLS_VERSIONS, variable: 'PGSSLMINPROTOCOLVERSION' }],
  ['ssl_max_protocol_version', { check: TLS_VERSIONS, variable: 'PGSSLMAXPROTOCOLVERSION' }],
  ['channel_binding', { check: oneOf('disable', 'prefer', 'require'), variable: 'PGCHANNELBINDING' }],
  ['target_session_attrs', { check: oneOf(...SESSION_ATTRIBUTES), variable: 'PGTARGETSESSIONATTRS' }],
  ['load_balance_hosts', { check: oneOf('disable', 'random'), variable: 'PGLOADBALANCEHOSTS' }],
  ['gssencmode', { check: refusedBut(['disable', 'prefer'], KERBEROS) }],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'].map(
    (name) => [name, { check: (value: string) => number(value) && `expected a number; ${TCP}` }] as const
  ),
  ...['krbsrvname', 'gsslib', 'gssdelegation'].map((name) => [name, { check: refused(KERBEROS) }] as const),
  ...['service', 'servicefile'].map(
    (name) => [name, { check: refused('put the settings of the service file into the URL') }] as const
  ),
  ['passfile', { check: refused('set PGPASSFILE, or url_file') }],
  ['replication', { check: refusedBut(['false', 'off', 'no', '0'], 'a replication session answers no SELECT') }],
  ['sslcrldir', { check: refused('name one file with sslcrl') }],
  ['requirepeer', { check: refused('the owner of a socket is not known to Node.js') }],
  ...['require_auth', 'min_protocol_version', 'max_protocol_version', 'scram_client_key', 'scram_server_key'].map(
    (name) => [name, { check: refused('it is not supported') }] as const
  ),
  ...['oauth_issuer', 'oauth_client_id', 'oauth_client_secret', 'oauth_scope', 'sslkeylogfile'].map(
    (name) => [name, { check: refused('it is not supported') }] as const
  ),
]);

const encoding: Check = (value) =>
  /^(auto|utf-?8|unicode)$/i.test(value) ? undefined : 'expected UTF8: the probe supports nothing else';

/** Names in other drivers. `ignored`: has no effect here. */
export function resolveAlias(name: string, value: string): { name: string; value: string; ignored?: boolean } {
  // asyncpg: a mode or a boolean; libpq itself supports ssl=true, for JDBC
  if (name === 'ssl') {
    const truth = { true: 'require', on: 'require', '1': 'require', false: 'disable', off: 'disable', '0': 'disable' };
    return { name: 'sslmode', value: truth[value as keyof typeof truth] ?? value };
  }
  if (name === 'requiressl') return { name: 'sslmode', value: value.startsWith('1') ? 'require' : 'prefer' };
  // requests libpq's meaning of sslmode, which always applies here
  if (name === 'uselibpqcompat') return { name: 'sslmode', value: '', ignored: true };
  return { name, value };
}

/** Parameters that are replaced by the component's `tls` block. */
export const DECIDED_BY_BLOCK: ReadonlySet<string> = new Set([
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'sslcertmode', 'sslcrl', 'sslsni'],
  ...['ssl_min_protocol_version', 'ssl_max_protocol_version'],
]);

/** Whether it is a known parameter, supported or not. */
export const isParameter = (name: string) => PARAMETERS.has(name) || resolveAlias(name, '').name !== name;

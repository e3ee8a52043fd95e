/** Node's TLS options for a connection with libpq's settings. */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { tlsOptions as optionsOfBlock } from '../../kit/tls';
import type { Place, TlsSettings } from '../url/connection';

/** System-wide certificate authorities: OpenSSL's variable, Debian, Red Hat, BSD. */
const SYSTEM_FILES = [
  process.env['SSL_CERT_FILE'],
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

/**
 * Reads the files named in a URL for each connection, as they may be replaced at run time. Those of the `tls` block
 * were read at load.
 */
export function tlsOptions(tls: TlsSettings, place: Place): ConnectionOptions {
  const { mode, rootCertificate, block, direct } = tls;
  const protocols = direct ? { ALPNProtocols: ['postgresql'] } : {};
  if (block) return { ...optionsOfBlock(block, place.host), ...protocols };
  const strict = mode === 'verify-ca' || mode === 'verify-full';
  const ca = authorities(rootCertificate, strict);
  // as libpq does for compatibility: with a root certificate, `require` verifies
  const verifies = strict || (mode === 'require' && ca !== undefined);
  const key = tls.certificate === undefined ? undefined : read(tls.key, 'sslkey');
  const options: ConnectionOptions = {
    // for messages, and to check an IP address against the certificate
    host: place.host,
    servername: tls.sendsName && isIP(place.host) === 0 ? place.host : undefined,
    rejectUnauthorized: verifies,
    ca,
    cert: read(tls.certificate, 'sslcert'),
    key,
    passphrase: tls.passphrase,
    crl: read(tls.revocations, 'sslcrl'),
    minVersion: (tls.minVersion ?? 'TLSv1.2') as SecureVersion,
    maxVersion: tls.maxVersion as SecureVersion | undefined,
    ...protocols,
  };
  if (mode !== 'verify-full') options.checkServerIdentity = () => undefined;
  return options;
}

function authorities(file: string | undefined, strict: boolean): (string | Buffer)[] | undefined {
  if (file === undefined) return undefined;
  if (file !== 'system') {
    const found = read(file, 'sslrootcert');
    if (found === undefined && strict) throw new Error('sslrootcert: there is no such file');
    return found && [found];
  }
  const more = [SYSTEM_FILES.find((path) => path && existsSync(path)), process.env['NODE_EXTRA_CA_CERTS']];
  return [...rootCertificates, ...more.filter((path) => path !== undefined).flatMap((path) => read(path, path) ?? [])];
}

/** As in libpq: a missing file is ignored, an unreadable one is an error. */
function read(path: string | undefined, name: string): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${name} cannot be read: ${code === 'EACCES' ? 'permission denied' : code}`);
  }
}

/** What Node.js is told of a TLS connection that libpq would make. */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { tlsOptions as optionsOfBlock } from '../../kit/tls';
import type { Place, TlsSettings } from '../url/connection';

/** Where systems keep the authorities they trust: OpenSSL's variable, Debian, Red Hat, BSD. */
const SYSTEM_FILES = [
  process.env['SSL_CERT_FILE'],
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

/** Reads the files of a URL anew for each connection: they are replaced while the exporter runs. Those of the block were read at load. */
export function tlsOptions(tls: TlsSettings, place: Place): ConnectionOptions {
  const { mode, rootCertificate, block, direct } = tls;
  const protocols = direct ? { ALPNProtocols: ['postgresql'] } : {};
  if (block) return { ...optionsOfBlock(block, place.host), ...protocols };
  const strict = mode === 'verify-ca' || mode === 'verify-full';
  const ca = authorities(rootCertificate, strict);
  // libpq, for those who set it up before there were modes: an authority that is named is asked
  const verifies = strict || (mode === 'require' && ca !== undefined);
  const key = tls.certificate === undefined ? undefined : read(tls.key, 'sslkey');
  const options: ConnectionOptions = {
    // to name the host, and to judge an address by its own entries
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

/** As libpq: what is not there is not asked for; what cannot be read is an error. */
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

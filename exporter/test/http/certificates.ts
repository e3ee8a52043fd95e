/** Certificates made by openssl. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folder } from '../config/helpers';

export interface Certificate {
  /** Names relative to the folder. */
  certFile: string;
  keyFile: string;
  cert: string;
  key: string;
}

const openssl = (folder: Folder, ...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder.path, stdio: 'pipe', encoding: 'utf8' });

export function makeAuthority(folder: Folder, name: string): Certificate {
  return make(folder, name, ['-addext', 'basicConstraints=critical,CA:TRUE']);
}

/** @param names alternative names, as openssl writes them: `DNS:localhost,IP:127.0.0.1` */
export function makeCertificate(
  folder: Folder,
  name: string,
  issuer: Certificate,
  names = 'DNS:localhost,IP:127.0.0.1'
): Certificate {
  return make(folder, name, [
    ...['-CA', issuer.certFile, '-CAkey', issuer.keyFile, '-days', '2'],
    ...['-addext', 'basicConstraints=CA:FALSE', '-addext', `subjectAltName=${names}`],
  ]);
}

function make(folder: Folder, name: string, more: string[]): Certificate {
  const [certFile, keyFile] = [`${name}.crt`, `${name}.key`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  openssl(folder, 'req', '-x509', ...key, '-out', certFile, '-subj', `/CN=${name}`, ...more);
  const read = (file: string) => readFileSync(join(folder.path, file), 'utf8');
  return { certFile, keyFile, cert: read(certFile), key: read(keyFile) };
}

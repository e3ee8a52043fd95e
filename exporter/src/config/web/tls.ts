/** The section `tls_server_config`: reads and validates certificates and keys. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { z } from 'zod';
import { certificateIn, NO_CERTIFICATE, privateKeyIn, refusalOf, WRONG_KEY } from '../../fields/pem';
import type { Path } from '../reading/problems';
import { readText, UnreadableFile } from '../reading/read-text';
import { CIPHER_SUITES, CURVES, TLS_VERSIONS, type ClientAuthType, type tlsSchema } from './schema';

/** Ready to serve with. */
export interface WebTls {
  context: SecureContextOptions;
  clientAuth: ClientAuthType;
  /** A client certificate must have one of these names; absent if any name is accepted. */
  allowedSans?: readonly string[];
}

export interface TlsReport {
  problem(path: Path, message: string): void;
  warning(path: Path, message: string): void;
  /** Records the absolute path of a file, whether or not it could be read. */
  file(path: string): void;
}

/** A bundle of certificate authorities may be large. */
const MAX_PEM_BYTES = 1_048_576;
const TLS13_SUITES = Object.keys(CIPHER_SUITES).filter((suite) => !suite.includes('_WITH_'));

/** @param directory base of relative file names @returns `undefined` if there are problems */
export async function readTls(
  section: z.output<typeof tlsSchema>,
  directory: string,
  report: TlsReport
): Promise<WebTls | undefined> {
  const cert = await pem(section, 'cert', directory, report);
  const key = await pem(section, 'key', directory, report);
  const ca = await pem(section, 'client_ca', directory, report);
  const { client_auth_type: clientAuth, client_allowed_sans: allowedSans } = section;
  const policyIsGood = checkPolicy(section, ca !== undefined, report);
  if (!cert) report.problem([], 'needs cert_file (or cert): the certificate of this server');
  if (!key) report.problem([], 'needs key_file (or key): the private key of the certificate');
  const pairIsGood = cert?.text && key?.text ? checkPair(cert, key, report) : false;
  const caIsGood = ca === undefined || (ca.text !== undefined && readCertificate(ca, report) !== undefined);
  if (!policyIsGood || !pairIsGood || !caIsGood) return undefined;

  const suites = section.cipher_suites ?? [];
  const context: SecureContextOptions = {
    cert: cert?.text,
    key: key?.text,
    ca: ca?.text,
    minVersion: TLS_VERSIONS[section.min_version],
    maxVersion: TLS_VERSIONS[section.max_version],
    ciphers:
      suites.length > 0 ? [...TLS13_SUITES, ...suites.map((suite) => CIPHER_SUITES[suite])].join(':') : undefined,
    honorCipherOrder: section.prefer_server_cipher_suites,
    ecdhCurve: section.curve_preferences?.map((curve) => CURVES[curve]).join(':'),
  };
  const refusal = refusalOf(context);
  if (refusal !== undefined) {
    report.problem([], refusal);
    return undefined;
  }
  return { context, clientAuth, ...(allowedSans && { allowedSans }) };
}

interface Pem {
  path: Path;
  /** Absent if it could not be read, which was reported. */
  text?: string;
}

/** `X`, or the content of `X_file`. */
async function pem(
  section: z.output<typeof tlsSchema>,
  key: 'cert' | 'key' | 'client_ca',
  directory: string,
  report: TlsReport
): Promise<Pem | undefined> {
  const inline = section[key];
  const name = section[`${key}_file`];
  if (name === undefined) return inline === undefined ? undefined : { path: [key], text: inline };
  const path = [`${key}_file`];
  if (inline !== undefined) {
    report.problem(path, `${key} is set too; keep one of them`);
    return { path };
  }
  const file = resolve(directory, name);
  report.file(file);
  try {
    return { path, text: await readText(file, MAX_PEM_BYTES) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    report.problem(path, `the file ${name}: ${error.message}`);
    return { path };
  }
}

function checkPolicy(section: z.output<typeof tlsSchema>, hasCa: boolean, report: TlsReport): boolean {
  const { client_auth_type: type, client_allowed_sans: sans, min_version, max_version } = section;
  const before: string[] = [];
  const complain = (path: Path, message: string) => {
    before.push(message);
    report.problem(path, message);
  };
  if (hasCa && type === 'NoClientCert')
    complain(['client_auth_type'], 'must be set together with client_ca_file, e.g. to RequireAndVerifyClientCert');
  if (!hasCa && (type === 'RequireAndVerifyClientCert' || type === 'VerifyClientCertIfGiven'))
    complain(['client_auth_type'], `${type} needs client_ca_file: the authorities that may issue client certificates`);
  if (sans && type !== 'RequireAnyClientCert' && type !== 'RequireAndVerifyClientCert')
    complain(['client_allowed_sans'], 'needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)');
  if (min_version === 'TLS13' && max_version === 'TLS12')
    complain(['max_version'], 'must not be below min_version (TLS13)');
  return before.length === 0;
}

function checkPair(cert: Pem, key: Pem, report: TlsReport): boolean {
  const certificate = readCertificate(cert, report);
  const privateKey = readPrivateKey(key, report);
  if (!certificate || !privateKey) return false;
  if (!certificate.checkPrivateKey(privateKey)) {
    report.problem(key.path, WRONG_KEY);
    return false;
  }
  if (Date.parse(certificate.validTo) < Date.now())
    report.warning(cert.path, `the certificate expired on ${certificate.validTo}: clients will reject it`);
  return true;
}

function readCertificate({ path, text = '' }: Pem, report: TlsReport): X509Certificate | undefined {
  const certificate = certificateIn(text);
  if (!certificate) report.problem(path, NO_CERTIFICATE);
  return certificate;
}

function readPrivateKey({ path, text = '' }: Pem, report: TlsReport): KeyObject | undefined {
  const key = privateKeyIn(text);
  if (typeof key !== 'string') return key;
  report.problem(path, key);
  return undefined;
}

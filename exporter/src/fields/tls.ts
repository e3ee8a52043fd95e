/**
 * The block `tls` of a component: trusted authorities and client certificate. One schema for every probe that supports
 * TLS.
 */
import type { SecureContextOptions } from 'node:tls';
import { z } from 'zod';
import type { Finding } from './fields';
import { bundleProblem, certificateIn, NO_CERTIFICATE, privateKeyIn, refusalOf, WRONG_KEY } from './pem';
import { withFile } from './secrets';

/** The names of Prometheus' `tls_config`, and OpenSSL's names. */
export const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** PEM text that is validated by `check`. */
const pem = (check: (text: string) => string | undefined) =>
  z
    .string()
    .superRefine((text, context) => {
      const message = check(text);
      if (message !== undefined) context.addIssue(message);
    })
    .optional();

const certificate = (text: string) => (certificateIn(text) === undefined ? NO_CERTIFICATE : undefined);

const privateKey = (text: string) => {
  const key = privateKeyIn(text);
  return typeof key === 'string' ? key : undefined;
};

/** The options of Node's `createSecureContext` for these settings. */
export function contextOptions({ ca, cert, key, min_version }: ContextSettings): SecureContextOptions {
  const isOld = min_version === 'TLS10' || min_version === 'TLS11';
  return {
    ...{ ca, cert, key, minVersion: TLS_VERSIONS[min_version] },
    // OpenSSL 3 allows these versions only at security level 0, because their signatures need SHA-1
    ...(isOld && { ciphers: 'DEFAULT@SECLEVEL=0' }),
  };
}

interface ContextSettings {
  ca?: string;
  cert?: string;
  key?: string;
  min_version: keyof typeof TLS_VERSIONS;
}

export const tlsSchema = z
  .strictObject({
    ...withFile(
      'ca',
      pem(bundleProblem)
        .meta({ secret: false })
        .describe('Certificates (PEM) of the authorities to trust instead of the well-known ones.')
    ),
    ...withFile(
      'cert',
      pem(certificate)
        .meta({ secret: false })
        .describe('Client certificate (PEM), followed by its intermediate certificates.')
    ),
    ...withFile('key', pem(privateKey).describe('Private key (PEM) of `cert`.')),
    server_name: z
      .string()
      .min(1)
      .optional()
      .describe('Name that is sent (SNI) and that the certificate must match; default: the host.'),
    insecure: z.boolean().default(false).describe('Accept any certificate.'),
    min_version: z
      .enum(Object.keys(TLS_VERSIONS) as [keyof typeof TLS_VERSIONS])
      .default('TLS12')
      .describe(
        'Oldest version of TLS that is accepted. `TLS10` and `TLS11` also allow the weak ciphers of their time.'
      ),
  })
  .superRefine(({ cert, key, min_version }, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (cert !== undefined && key === undefined) add('key', 'is required beside cert; set key or key_file');
    if (key !== undefined && cert === undefined) add('cert', 'is required beside key; set cert or cert_file');
    if (cert === undefined || key === undefined) return;
    const read = privateKeyIn(key);
    const certificate = certificateIn(cert);
    if (typeof read === 'string' || certificate === undefined) return;
    if (!certificate.checkPrivateKey(read)) return add('key', WRONG_KEY);
    // without the authorities, of which OpenSSL asks nothing here, and which take long to read
    const refusal = refusalOf(contextOptions({ cert, key, min_version }));
    if (refusal !== undefined) add('cert', refusal);
  })
  .meta({ section: 'TLS' });

/** Ready to use: files are read. */
export type TlsSettings = Omit<z.output<typeof tlsSchema>, `${string}_file`>;

/** The settings `tls` of a probe. */
export const tlsFields = { tls: tlsSchema.optional().describe('Settings of TLS, see [TLS](#tls).') };

/** A component that may have the `tls` block or the older keys. */
export interface WithTls {
  tls?: TlsSettings | boolean;
  tls_insecure?: boolean;
  tls_server_name?: string;
}

/** The effective TLS settings, from the block or the older keys; `undefined` if there are none. */
export function tlsOf({ tls, tls_insecure, tls_server_name }: WithTls): TlsSettings | undefined {
  if (typeof tls === 'object') return tls;
  if (!tls_insecure && tls_server_name === undefined) return undefined;
  return { insecure: tls_insecure === true, server_name: tls_server_name, min_version: 'TLS12' };
}

/**
 * What is wrong with the block beside the other settings of a component.
 * @param schemes those of `url` that mean TLS; without them the block is of use in any case
 * @param key what messages call `url`
 */
export function checkTls(
  component: WithTls & { url?: string },
  schemes: readonly string[] = [],
  key = 'url'
): Finding[] {
  const { tls, url } = component;
  if (typeof tls !== 'object') return [];
  const old = (['tls_insecure', 'tls_server_name'] as const).filter((key) => component[key]);
  const findings: Finding[] = old.map((key) => ({
    path: [key],
    message: `tls is set too; write ${key.slice('tls_'.length)} there`,
  }));
  const scheme = url === undefined ? undefined : /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0].toLowerCase();
  if (schemes.length > 0 && scheme !== undefined && !schemes.includes(scheme))
    findings.push({
      path: ['tls'],
      message: `has no effect: the ${key} has to begin with ${schemes.join(':// or ')}://`,
    });
  return findings;
}

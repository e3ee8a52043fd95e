/**
 * The schema of the web configuration file: that of Prometheus' exporter toolkit, extended by bearer tokens.
 * https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
import { z } from 'zod';
import { duration } from '../../fields/duration';

/**
 * Go's names of the cipher suites that it offers, and OpenSSL's names of the same. As in Go, those of TLS 1.3 are
 * always enabled.
 */
export const CIPHER_SUITES = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
} as const;

export const CURVES = { X25519: 'X25519', CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521' } as const;
export const TLS_VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

const keysOf = <K extends string>(map: Record<K, string>) => z.enum(Object.keys(map) as [K, ...K[]]);
const text = () => z.string().min(1).optional();

export const tlsSchema = z.strictObject({
  cert: text(),
  cert_file: text(),
  key: text(),
  key_file: text(),
  client_auth_type: z
    .preprocess(
      // both spellings are accepted, as in Go
      (value) => (value === 'RequireClientCert' ? 'RequireAnyClientCert' : value === '' ? 'NoClientCert' : value),
      z.enum(CLIENT_AUTH_TYPES)
    )
    .default('NoClientCert'),
  client_ca: text(),
  client_ca_file: text(),
  client_allowed_sans: z.array(z.string().min(1)).min(1).nullish(),
  min_version: keysOf(TLS_VERSIONS).default('TLS12'),
  max_version: keysOf(TLS_VERSIONS).default('TLS13'),
  cipher_suites: z.array(keysOf(CIPHER_SUITES)).nullish(),
  prefer_server_cipher_suites: z.boolean().default(true),
  curve_preferences: z.array(keysOf(CURVES)).nullish(),
});

const header = () =>
  z
    .string()
    .max(4096)
    .regex(/^[\t\x20-\x7e]*$/, 'expected printable characters in one line')
    .optional();

/** With a higher cost, checking a password takes many seconds and can be used to overload the exporter. */
const MAX_COST = 15;
const passwordHash = z.string().superRefine((hash, context) => {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1]);
  if (!(cost >= 4)) context.addIssue('expected a bcrypt hash such as htpasswd -nBC 10 "" makes');
  else if (cost > MAX_COST) context.addIssue(`the cost of this hash must be at most ${MAX_COST}, but is ${cost}`);
});

const name = z.string().min(1).max(200);

export const webSchema = z.strictObject({
  tls_server_config: tlsSchema.nullish(),
  http_server_config: z
    .strictObject({
      http2: z
        .boolean()
        .refine((wanted) => !wanted, 'is not supported: Onehertz speaks HTTP/1.1; remove this key, or set it to false')
        .optional(),
      headers: z
        .strictObject({
          'Content-Security-Policy': header(),
          'X-Frame-Options': z.enum(['deny', 'sameorigin', '']).optional(),
          'X-Content-Type-Options': z.enum(['nosniff', '']).optional(),
          'X-XSS-Protection': header(),
          'Strict-Transport-Security': header(),
        })
        .nullish(),
    })
    .nullish(),
  basic_auth_users: z
    .record(name.regex(/^[^:\p{Cc}]+$/u, 'a user name must not contain ":" or control characters'), passwordHash)
    .nullish(),
  rate_limit: z.strictObject({ interval: duration(), burst: z.number().int().min(1).max(100_000) }).nullish(),
  /** Extension: name → SHA-256 of the token. */
  bearer_tokens: z
    .record(name, z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of the token: 64 hexadecimal digits'))
    .nullish(),
  /** Extension: name → file that holds the token. */
  bearer_token_files: z.record(name, z.string().min(1)).nullish(),
});

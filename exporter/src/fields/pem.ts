/** Certificates and keys in PEM form: whether a text holds one that can be used. */
import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export const NO_CERTIFICATE = 'holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)';
export const WRONG_KEY = 'is not the key of the certificate; was only one of the two replaced?';

const BLOCK = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The first certificate in a text, which is the server's or client's own; `undefined` if there is none. */
export function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** The private key in a text, or a message about the problem that does not quote the text. */
export function privateKeyIn(text: string): KeyObject | string {
  try {
    return createPrivateKey(text);
  } catch {
    return /ENCRYPTED/.test(text)
      ? 'is protected by a passphrase; store it without one, readable by the exporter only'
      : 'holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)';
  }
}

/** Whether a text holds a public key, and no private one. */
export function isPublicKey(text: string): boolean {
  try {
    createPublicKey(text);
    return !/PRIVATE/.test(text);
  } catch {
    return false;
  }
}

/** Bundles that were found good: many components name the same one, and it may hold more than a hundred certificates. */
const good = new Set<string>();
const MOST_REMEMBERED = 50;

/** The problem of a certificate bundle, if any; OpenSSL ignores invalid certificates silently. */
export function bundleProblem(text: string): string | undefined {
  if (good.has(text)) return undefined;
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) return NO_CERTIFICATE;
  const bad = blocks.findIndex((block) => certificateIn(block) === undefined);
  if (bad >= 0) return `certificate ${bad + 1} of ${blocks.length} cannot be read; is the file complete?`;
  if (good.size >= MOST_REMEMBERED) good.clear();
  good.add(text);
  return undefined;
}

/** What OpenSSL has against these options, e.g. a key that is too short for its level of security; `undefined` if nothing. */
export function refusalOf(options: SecureContextOptions): string | undefined {
  try {
    createSecureContext(options);
    return undefined;
  } catch (error) {
    // "error:0A00018F:SSL routines::ee key too small": the last part is readable and contains no secret
    return `OpenSSL rejects these settings: ${(error as Error).message.split(':').at(-1)}`;
  }
}

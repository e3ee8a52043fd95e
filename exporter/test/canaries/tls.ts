/** A private key that can be recognized, and components that log in with it. */
import { createECDH, createPrivateKey } from 'node:crypto';
import { COMPONENT_SCHEMAS, type ProbeName } from '../../src/probes';
import type { Fields } from '../probes/kit/checks';
import { MARK } from './canary';

/** PEM; the mark stands at the beginning of its second line. */
export function canaryKey(): string {
  // 36 bytes of PKCS #8 come before it, and a line holds 48
  const d = Buffer.from(`${'.'.repeat(12)}${MARK}`.padEnd(32, '.'));
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey().subarray(1);
  const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url') };
  const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((half) => half.toString('base64url'));
  return createPrivateKey({ key: { ...jwk, x, y }, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }) as string;
}

const SECURE: Record<string, string> = { http: 'https', redis: 'rediss', amqp: 'amqps', postgresql: 'postgresql' };

/** The same components over TLS, with the key in each of the two ways in which it can be given. */
export function overTls(probe: ProbeName, all: readonly Fields[], pair: Fields[]): Fields[] {
  if (!('tls' in COMPONENT_SCHEMAS[probe].shape)) return [];
  return all.slice(0, 2).flatMap((fields, index) => {
    const { url } = fields;
    const secured = typeof url === 'string' ? url.replace(/^\w+/, (scheme) => SECURE[scheme] ?? scheme) : url;
    const secure = { ...fields, ...(url !== undefined && { url: secured }), tls: pair[index % pair.length] };
    return [Object.fromEntries(Object.entries(secure).filter(([key]) => key !== 'management_url'))];
  });
}

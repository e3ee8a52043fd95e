/** Conflicts between the `tls` block and TLS parameters in the URL. */
import type { Finding } from '../../../fields/fields';
import type { WithTls } from '../../../fields/tls';
import { DECIDED_BY_BLOCK } from './parameters';
import { readUri } from './uri';

/**
 * Reports settings without effect. A mode that requires no more than the block is accepted: hosted servers provide URLs
 * with it.
 */
export function checkBesideUrl({ tls, url }: WithTls & { url?: string }): Finding[] {
  if (typeof tls !== 'object' || url === undefined) return [];
  const read = readUri(url);
  if (read.problem !== undefined) return [];
  const { values } = read;
  const agrees = tls.insecure ? ['require'] : ['require', 'verify-full'];
  const found = Object.keys(values).filter(
    (key) => DECIDED_BY_BLOCK.has(key) && !(key === 'sslmode' && agrees.includes(values[key] ?? ''))
  );
  const findings = found.map((key) => ({
    path: ['tls'],
    message: `is set, and ${key} in the url too; remove ${key} from the url, or remove tls`,
  }));
  const hosts = values['host']?.split(',') ?? [];
  if (hosts.length > 0 && values['hostaddr'] === undefined && hosts.every((host) => /^[/@]/.test(host)))
    findings.push({ path: ['tls'], message: 'has no effect: the url names sockets, on which no TLS is spoken' });
  return findings;
}

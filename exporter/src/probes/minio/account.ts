/** The account, from the settings or from the URL as in `mc`. */
import { safeDecode } from '../../text/decode';
import type { S3Account } from './client';

interface Settings {
  url?: string;
  access_key?: string;
  secret_key?: string;
  region: string;
}

/** The account, if there is one; keys in the URL are percent-encoded. */
export function accountOf({ url, access_key, secret_key, region }: Settings): S3Account | undefined {
  const { username, password } = new URL(url ?? 'http://none');
  const accessKey = access_key ?? safeDecode(username);
  const secretKey = secret_key ?? safeDecode(password);
  return accessKey && secretKey ? { accessKey, secretKey, region } : undefined;
}

/** Parts of a URL that would be ignored; `undefined` if there are none. */
export function unusedOf(settings: Pick<Settings, 'url' | 'access_key'>): string | undefined {
  if (settings.url === undefined) return undefined;
  const { username, password, pathname, search, hash } = new URL(settings.url);
  if (pathname !== '/') return 'expected no path in the URL: name buckets in "buckets"';
  if (search !== '' || hash !== '') return 'expected nothing after the host and port';
  if (username === '' && password === '') return undefined;
  if (settings.access_key !== undefined) return 'holds keys, and access_key is set, too; remove one of them';
  return username === '' || password === ''
    ? 'expected both keys in it, or none: http://access_key:secret_key@host'
    : undefined;
}

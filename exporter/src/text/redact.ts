/** The one place where secrets are taken out of text that people will read. */
import { safeDecode } from './decode';
import { createMask } from './mask';

// Bounded repetitions: the text may come from a hostile server, and must not cost more than its length.
/** Everything between `scheme://` and the last `@` of the authority. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#]{0,1000}@/gi;
/** The same where a password holds `/`, `?` or `#` unescaped; `host:8080/@x` is not one. */
const URL_RAW_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#:@]{0,200}:(?!\d{1,5}[/?#])[^\s"'<>]{0,1000}@/gi;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]{8,}/gi;

const SECRET_NAME =
  /(?:passw(?:or)?d|passphrase|pwd|secret|(?:secret|access|api|private)[_-]?key|token|authorization|signature|credential)$/i;
const KEY_VALUE = new RegExp(
  `(${SECRET_NAME.source.slice(0, -1)})` +
    `(["']?\\s{0,9}[=:]\\s{0,9})` +
    `("(?:[^"\\\\]|\\\\.){0,1000}"?|'(?:[^'\\\\]|\\\\.){0,1000}'?|(?:Bearer|Basic)\\s+[^\\s,;&]+|[^\\s,;&]+)`,
  'gi'
);

/** What every one of the patterns needs. */
const SUSPICIOUS = /[:=]|bearer/i;

/**
 * Replaces credentials in `text` by `***`: the user-info part of every URL, values of keys that are named like secrets,
 * and each of `secrets` wherever and however it stands, see {@link createMask}.
 * @param secrets values known to be secret; those shorter than 3 characters are left alone, or nothing could be read any more
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const result = secrets.length === 0 ? text : createMask(secrets)(text);
  // the usual case, many times a second: nothing that any of the patterns could match
  if (!SUSPICIOUS.test(result)) return result;
  return result
    .replace(URL_RAW_CREDENTIALS, '$1***@')
    .replace(URL_CREDENTIALS, '$1***@')
    .replace(KEY_VALUE, '$1$2***')
    .replace(BEARER, '$1***');
}

/**
 * The secrets that a connection URL holds, for {@link redact}: its password, and parameters that are named like secrets,
 * as they stand in the URL and decoded. A user without a password is a token where the URL is one of HTTP.
 */
export function secretsOfUrl(url: string): string[] {
  const secrets: string[] = [];
  // as it was written, also where it cannot be parsed
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/i.exec(url)?.[1];
  const colon = userInfo?.indexOf(':') ?? -1;
  if (userInfo && colon >= 0) secrets.push(userInfo.slice(colon + 1));
  else if (userInfo && /^https?:/i.test(url)) secrets.push(userInfo);
  for (const [, name = '', value = ''] of url.matchAll(/[?&]([^=&#?]+)=([^&#]*)/g)) {
    if (SECRET_NAME.test(name)) secrets.push(value, value.replaceAll('+', ' '));
  }
  if (URL.canParse(url)) secrets.push(new URL(url).password);
  return [...new Set(secrets.flatMap((secret) => [secret, safeDecode(secret)]))].filter((secret) => secret !== '');
}

/** The one place where secrets are removed from text shown to people. */
import { safeDecode } from './decode';
import { createMask } from './mask';

// Bounded repetitions: the text may come from a hostile server, and matching must take linear time.
/** Everything between `scheme://` and the last `@` of the authority. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#]{0,1000}@/gi;
/** The same for a password that contains `/`, `?` or `#` unescaped; does not match `host:8080/@x`. */
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

/** Matches any text to which one of the patterns could apply. */
const SUSPICIOUS = /[:=]|bearer/i;

/**
 * Replaces credentials in `text` by `***`: the user info of every URL, values of keys with names of secrets, and each
 * of `secrets` in any form, see {@link createMask}.
 * @param secrets known secrets; those shorter than 3 characters are ignored, as masking them would make the text
 *   unreadable
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  const result = secrets.length === 0 ? text : createMask(secrets)(text);
  // fast path, many times a second
  if (!SUSPICIOUS.test(result)) return result;
  return result
    .replace(URL_RAW_CREDENTIALS, '$1***@')
    .replace(URL_CREDENTIALS, '$1***@')
    .replace(KEY_VALUE, '$1$2***')
    .replace(BEARER, '$1***');
}

/**
 * The secrets in a connection URL, for {@link redact}: its password, and parameters with names of secrets, raw and
 * decoded. In an HTTP URL, a user without a password is a token.
 */
export function secretsOfUrl(url: string): string[] {
  const secrets: string[] = [];
  // the raw form, even if the URL cannot be parsed
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

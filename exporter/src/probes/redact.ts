/** The one place where secrets are taken out of text that people will read. */

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
 * and each of `secrets` (also percent-encoded, or escaped as in JSON) wherever it stands.
 * @param secrets values known to be secret; those shorter than 3 characters are left alone, or nothing could be read any more
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text;
  for (const form of formsOf(secrets)) result = result.replaceAll(form, '***');
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
 * as they stand in the URL and decoded.
 */
export function secretsOfUrl(url: string): string[] {
  const secrets: string[] = [];
  // as it was written, also where it cannot be parsed
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/i.exec(url)?.[1];
  const colon = userInfo?.indexOf(':') ?? -1;
  if (userInfo && colon >= 0) secrets.push(userInfo.slice(colon + 1));
  for (const [, name = '', value = ''] of url.matchAll(/[?&]([^=&#]+)=([^&#]*)/g)) {
    if (SECRET_NAME.test(name)) secrets.push(value, value.replaceAll('+', ' '));
  }
  if (URL.canParse(url)) secrets.push(new URL(url).password);
  return [...new Set(secrets.flatMap((secret) => [secret, safeDecode(secret)]))].filter((secret) => secret !== '');
}

/** Longest first: a secret may be part of another. */
function formsOf(secrets: readonly string[]): string[] {
  if (secrets.length === 0) return [];
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 3) continue;
    const encoded = safeEncode(secret);
    forms.add(secret).add(encoded).add(lowerEscapes(encoded)).add(JSON.stringify(secret).slice(1, -1));
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

const lowerEscapes = (encoded: string) => encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

function safeEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // half of a surrogate pair
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

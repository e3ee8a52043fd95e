/** The one place where secrets are taken out of text that people will read. */

const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#]*)@/gi;
const KEY_VALUE =
  /\b(password|passwd|pwd|secret|secret_?key|access_?key|token|api_?key|authorization|x-amz-signature|signature|credential)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|(?:Bearer|Basic)\s+[^\s,;&]+|[^\s,;&]+)/gi;

/**
 * Replaces credentials in `text` by `***`: the user-info part of every URL, values of keys that are named like secrets,
 * and each of `secrets` (also percent-encoded) wherever it stands.
 * @param secrets values known to be secret; those shorter than 3 characters are left alone, or nothing could be read any more
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < 3) continue;
    for (const form of new Set([secret, encodeURIComponent(secret)])) result = result.split(form).join('***');
  }
  return result.replace(URL_CREDENTIALS, '$1***@').replace(KEY_VALUE, '$1$2***');
}

/** The passwords and user-info parts of connection URLs, for {@link redact}; a URL that does not parse yields nothing. */
export function secretsOfUrl(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password, searchParams } = new URL(url);
  return [password, safeDecode(password), searchParams.get('password') ?? ''].filter((secret) => secret !== '');
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

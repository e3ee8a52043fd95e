/** Finds secrets in the texts that clients use to authenticate. */

/** Login commands of text protocols: the rest of the line is secret. */
const LOGIN = /\b(?:AUTH|PASS|LOGIN|PASSWORD|TOKEN|AUTHORIZATION)\b[: ]+(.+)/gi;

/** What follows a login command: the rest of the line, and each word of it. */
export function secretsOfLogin(text: string): string[] {
  return [...text.matchAll(LOGIN)].flatMap(([, rest = '']) => [rest.trim(), ...rest.trim().split(/\s+/)]);
}

/** The value of a header, its words, the values of cookies, and the password of basic authentication. */
export function secretsOfHeader(value: string): string[] {
  const words = value.split(/[\s;,]+/).filter((word) => !/^(?:Basic|Bearer|Token|Digest|ApiKey)$/i.test(word));
  const values = words.filter((word) => word.includes('=')).map((word) => word.slice(word.indexOf('=') + 1));
  const encoded = /^Basic\s+(\S+)/i.exec(value)?.[1];
  const login = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  return [value, ...words, ...values, login, login.slice(login.indexOf(':') + 1)].filter((secret) => secret !== '');
}

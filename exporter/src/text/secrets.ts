/** Which of a component's settings are secret. */
import { secretsOfUrl } from './redact';

/** What may hold secrets in a target of any probe. */
export interface SecretSettings {
  url?: string;
  management_url?: string;
  password?: string;
  access_key?: string;
  secret_key?: string;
  bearer_token?: string;
  headers?: Readonly<Record<string, string>>;
  send?: string;
}

const SECRET_HEADER = /auth|token|key|secret|cookie|password/i;
/** What a protocol of text logs in with: the rest of the line is secret. */
const LOGIN = /\b(?:AUTH|PASS|LOGIN|PASSWORD|TOKEN|AUTHORIZATION)\b[: ]+(.+)/gi;
/** Access keys that were chosen by people are names; those that were made are not to be shown either. */
const MADE_KEY_LENGTH = 16;

/** All secrets of a component, for {@link createMask} and {@link redact}. User names are none: who is on call needs them. */
export function secretsOf(settings: SecretSettings): string[] {
  const {
    url,
    management_url,
    password,
    access_key = '',
    secret_key,
    bearer_token,
    headers = {},
    send = '',
  } = settings;
  const secretHeaders = Object.entries(headers).filter(([name]) => SECRET_HEADER.test(name));
  const found = [
    ...[url, management_url].flatMap((address) => (address === undefined ? [] : secretsOfUrl(address))),
    ...[password, secret_key, bearer_token, access_key.length >= MADE_KEY_LENGTH ? access_key : undefined],
    ...secretHeaders.flatMap(([, value]) => secretsOfHeader(value)),
    ...[...send.matchAll(LOGIN)].flatMap(([, rest = '']) => [rest.trim(), ...rest.trim().split(/\s+/)]),
  ];
  return [...new Set(found.filter((secret) => secret !== undefined))];
}

/** The value of a header, its words, the values of cookies, and the password of basic authentication. */
export function secretsOfHeader(value: string): string[] {
  const words = value.split(/[\s;,]+/).filter((word) => !/^(?:Basic|Bearer|Token|Digest|ApiKey)$/i.test(word));
  const values = words.filter((word) => word.includes('=')).map((word) => word.slice(word.indexOf('=') + 1));
  const encoded = /^Basic\s+(\S+)/i.exec(value)?.[1];
  const login = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  return [value, ...words, ...values, login, login.slice(login.indexOf(':') + 1)].filter((secret) => secret !== '');
}

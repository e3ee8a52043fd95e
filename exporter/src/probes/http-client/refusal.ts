/** The meaning of an unsuccessful HTTP status code, and what to do. */
import { STATUS_CODES } from 'node:http';
import { clean } from '../kit/json-reader';
import type { HttpAnswer } from './client';

/** `HTTP 403 Forbidden; set bearer_token, …`. @param said what the body reports, appended to the code */
export function describeRefusal({ statusCode, header }: HttpAnswer, said = ''): string {
  const code = `HTTP ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
  if (statusCode >= 300 && statusCode < 400) {
    const location = header('location');
    const to = location === undefined ? '' : ` to ${clean(withoutQuery(location), 120)}`;
    return `${code}${to}; redirects are not followed, set the url to where it leads`;
  }
  if (statusCode === 401 || statusCode === 403)
    return `${code}; set bearer_token, headers, or user and password in the url`;
  if (statusCode === 404) return `${code}; is it the right path?`;
  if (said !== '') return `${code}${said}`;
  const isBusy = statusCode === 429 || statusCode === 503;
  return isBusy ? `${code}; it is overloaded, or not ready` : code;
}

/** A query may hold a secret. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '');
}

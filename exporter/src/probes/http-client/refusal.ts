/** The meaning of an unsuccessful HTTP status code, and what to do. */
import { STATUS_CODES } from 'node:http';
import { withoutQuery } from '../../text/names';
import { safeText } from '../../text/safe-text';
import type { HttpAnswer } from './client';

/** RFC 9110 §15.4. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** `HTTP 403 Forbidden; set bearer_token, …`. @param said what the body says of itself, put behind the code */
export function describeRefusal({ statusCode, header, path }: HttpAnswer, said = ''): string {
  const code = `HTTP ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
  const location = header('location');
  // 304 and others are no redirects: they lead nowhere
  if (statusCode >= 300 && statusCode < 400 && (location !== undefined || REDIRECTS.has(statusCode))) {
    const to = location === undefined ? '' : ` to ${safeText(withoutQuery(location), 120)}`;
    return `${code}${to}; redirects are not followed, set the url to where it leads`;
  }
  if (statusCode === 401 || statusCode === 403)
    return `${code}; set bearer_token, headers, or user and password in the url`;
  if (statusCode === 404) return `${code}; is ${safeText(path, 120)} the right path?`;
  if (said !== '') return `${code}${said}`;
  const isBusy = statusCode === 429 || statusCode === 503;
  return isBusy ? `${code}; it is overloaded, or not ready` : code;
}

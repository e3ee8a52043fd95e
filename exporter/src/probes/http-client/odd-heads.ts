/** Uses Node's own client for responses that undici rejects: a new connection each time, and rare. */
import { errors } from 'undici';
import { tlsOf, type WithTls } from '../../fields/tls';
import { stoodStillMs } from '../../runtime/standstill';
import { attemptOptions } from '../kit/connect';
import { tlsOptions } from '../kit/tls';
import { exchange, type ExchangeOptions } from './exchange';
import type { Question, RawAnswer } from './request';

/**
 * Whether undici met what others take: a `100 Continue` that nobody asked for, or a head that is not quite in the form of HTTP (lines that end
 * without CR, as small devices write them, or that are folded). Two lengths that contradict each other are no such thing.
 */
export function isOddHead(error: unknown): boolean {
  if (error instanceof errors.HTTPParserError) return error.code !== 'HPE_UNEXPECTED_CONTENT_LENGTH';
  return error instanceof errors.SocketError && error.message === 'bad response';
}

export async function askOverNode(
  target: WithTls & { url: string; timeout: number },
  { method = 'GET', path, body }: Question,
  headers: Record<string, string>,
  options: ExchangeOptions
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(target.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const [sentAt, stoodStillBefore] = [performance.now(), stoodStillMs()];
  // No connection is used twice here, so nothing can be smuggled into another answer.
  const answer = await exchange(
    {
      ...{ protocol, host, port, path, method, headers, agent: false, insecureHTTPParser: true },
      ...attemptOptions(target.timeout),
      ...(protocol === 'https:' && tlsOptions(tlsOf(target), host)),
    },
    { ...options, body }
  );
  const { status: statusCode, headers: answered } = answer;
  const endedAt = performance.now();
  return { statusCode, headers: answered, body: answer.body, isCut: false, sentAt, stoodStillBefore, endedAt };
}

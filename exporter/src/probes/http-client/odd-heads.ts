/** Uses Node's own client for responses that undici rejects: a new connection each time, and rare. */
import { errors } from 'undici';
import { tlsOf, type WithTls } from '../../fields/tls';
import { tlsOptions } from '../kit/tls';
import { exchange, type ExchangeOptions } from './exchange';
import type { Question, RawAnswer } from './request';

/** Whether undici received a `100 Continue` that was not requested. */
export function isOddHead(error: unknown): boolean {
  return error instanceof errors.SocketError && error.message === 'bad response';
}

export async function askOverNode(
  target: WithTls & { url: string },
  { method = 'GET', path, body }: Question,
  headers: Record<string, string>,
  options: ExchangeOptions
): Promise<RawAnswer> {
  const { protocol, hostname, port } = new URL(target.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const sentAt = performance.now();
  const answer = await exchange(
    {
      ...{ protocol, host, port, path, method, headers, agent: false },
      ...(protocol === 'https:' && tlsOptions(tlsOf(target), host)),
    },
    { ...options, body }
  );
  const { status: statusCode, headers: answered } = answer;
  return { statusCode, headers: answered, body: answer.body, isCut: false, sentAt, endedAt: performance.now() };
}

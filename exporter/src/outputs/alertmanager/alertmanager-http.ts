/** Requests to the API of one Alertmanager. */
import { isObject } from '@onehertz/contract';
import { alertmanagerSchema, type AlertmanagerConfig } from '../../config/alertmanager';
import { secretsIn } from '../../fields/secrets';
import { createHttpClient, type HttpClient } from '../../probes/http-client/client';
import { Overdue } from '../../probes/http-client/errors';
import { describeRefusal } from '../../probes/http-client/refusal';
import type { Question } from '../../probes/http-client/request';
import { LIMITS } from '../../probes/kit/inbound/limits';
import { parseJson } from '../../probes/kit/json-reader';
import { withDeadline } from '../../runtime/deadline';
import { safeText } from '../../text/safe-text';
import { AlertmanagerError } from './alertmanager-error';
import type { Matcher } from './matchers';

/** A silence that begins now. */
export interface NewSilence {
  matchers: readonly Matcher[];
  /** In milliseconds since the epoch. */
  until: number;
  by: string;
  reason: string;
}

export interface AlertmanagerHttp {
  /** Its address without credentials, for messages. */
  readonly where: string;
  /** All silences as JSON, over a kept connection; one request at a time. @throws AlertmanagerError */
  list(signal: AbortSignal): Promise<string>;
  /** @returns the answer as JSON @throws AlertmanagerError */
  make(silence: NewSilence, signal: AbortSignal): Promise<string>;
  /** Ends a silence. @throws AlertmanagerError */
  expire(id: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface HttpTiming {
  /** Between two polls, in milliseconds. */
  interval: number;
  /** Deadline of one request, in milliseconds. */
  timeout: number;
}

const MOST_MESSAGE = 200;
/** Where the clock of Alertmanager is behind, a silence must not wait for its beginning. */
const BEGUN_BEFORE_MS = 60_000;

/** @throws if the settings cannot be applied */
export function createAlertmanagerHttp(
  config: AlertmanagerConfig,
  { interval, timeout }: HttpTiming
): AlertmanagerHttp {
  const { origin, pathname } = new URL(config.url);
  const prefix = pathname.replace(/(?<!\/)\/+$/, '');
  const where = `Alertmanager at ${origin}${prefix}`;
  const secrets = secretsIn(alertmanagerSchema, config);
  const client = () => createHttpClient({ ...config, timeout, interval, maxBytes: LIMITS.listBytes }, secrets);
  const polling = client();

  async function ask(over: HttpClient, question: Question, signal: AbortSignal): Promise<string> {
    try {
      return await withDeadline(signal, timeout, async (deadline) => {
        const answer = await over.ask({ ...question, path: `${prefix}/api/v2${question.path}` }, deadline);
        const { statusCode, text, unread } = answer;
        if (statusCode !== 200)
          throw new AlertmanagerError(
            `${where} answered ${describeRefusal(answer, messageOf(text, secrets))}`,
            statusCode >= 500 || statusCode === 429 ? 'failure' : 'refused',
            String(statusCode)
          );
        if (unread !== undefined)
          throw new AlertmanagerError(
            `the answer of ${where} ${unread}; shorten --data.retention, for which it keeps expired silences`,
            'failure',
            'answer'
          );
        return text;
      });
    } catch (error) {
      if (error instanceof AlertmanagerError) throw error;
      const isLate = error instanceof Overdue;
      const mayBeDone = isLate && question.method !== undefined;
      throw new AlertmanagerError(
        `${where} cannot be reached: ${over.explain(error)}${mayBeDone ? '; it may have done it all the same: list the silences before you repeat it' : ''}`,
        isLate ? 'timeout' : 'failure',
        isLate ? 'timeout' : 'connection'
      );
    }
  }

  /** With a connection of its own: it does not wait for a poll. */
  async function change(question: Question, signal: AbortSignal): Promise<string> {
    const own = client();
    try {
      return await ask(own, question, signal);
    } finally {
      own.close();
    }
  }

  return {
    where,
    list: (signal) => ask(polling, { path: '/silences' }, signal),
    make: ({ matchers, until, by, reason }, signal) => {
      const body = JSON.stringify({
        matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({ name, value, isRegex, isEqual })),
        startsAt: new Date(Date.now() - BEGUN_BEFORE_MS).toISOString(),
        endsAt: new Date(until).toISOString(),
        createdBy: by,
        comment: reason,
      });
      return change(
        { method: 'POST', path: '/silences', headers: { 'content-type': 'application/json' }, body },
        signal
      );
    },
    async expire(id, signal) {
      await change({ method: 'DELETE', path: `/silence/${encodeURIComponent(id)}` }, signal);
    },
    close: () => polling.close(),
  };
}

/** `: start time must be before end time`. Alertmanager's errors are a text or `{"message": "…"}`; those of proxies are pages. */
function messageOf(text: string, secrets: readonly string[]): string {
  const said = parseJson(text);
  const message = isObject(said) ? said.message : said;
  return typeof message === 'string' && message !== '' ? `: ${safeText(message, MOST_MESSAGE, secrets)}` : '';
}

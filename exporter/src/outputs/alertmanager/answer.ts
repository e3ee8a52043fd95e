/** Silences as the API of Alertmanager has them (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). */
import { MOST_ASKED_TEXT } from '@onehertz/contract';
import { z } from 'zod';
import { parseJson } from '../../probes/kit/json-reader';
import { createSlice } from '../../runtime/slices';
import { safeText, type SafeText } from '../../text/safe-text';
import { AlertmanagerError } from './alertmanager-error';
import { compileMatcher, type CompiledMatcher } from './matchers';

/** One that mutes, or will. Times in milliseconds since the epoch. */
export interface KnownSilence {
  id: string;
  state: 'active' | 'pending';
  from: number;
  until: number;
  /** Empty if not said. */
  by: SafeText;
  reason: SafeText;
  matchers: readonly CompiledMatcher[];
}

const MOST_MATCHERS = 50;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const silence = z.object({
  id: z.string().regex(/^[\da-f-]{1,64}$/i),
  status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  startsAt: time,
  endsAt: time,
  createdBy: z.string().default(''),
  comment: z.string().default(''),
  matchers: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        // absent before Alertmanager 0.22
        isEqual: z.boolean().default(true),
      })
    )
    .min(1)
    .max(MOST_MATCHERS),
});

export const whoAndWhy = (by: string, reason: string) => ({
  by: safeText(by, MOST_ASKED_TEXT.by),
  reason: safeText(reason, MOST_ASKED_TEXT.reason),
});

/** The silences that are not over; one that is not as it should be is left out. @throws AlertmanagerError if it is no list */
export async function readSilences(text: string, where: string): Promise<KnownSilence[]> {
  const list = parseJson(text);
  if (!Array.isArray(list))
    throw new AlertmanagerError(
      `${where} answered with something else than a list of silences; is alertmanager.url the address of an Alertmanager, and has it fewer than about 1000 silences, expired ones among them?`,
      'failure',
      'answer'
    );
  const found: KnownSilence[] = [];
  const slice = createSlice();
  for (const entry of list as unknown[]) {
    if (slice.isOver()) await slice.next();
    const { data } = silence.safeParse(entry);
    if (!data || data.status.state === 'expired') continue;
    found.push({
      ...{ id: data.id, state: data.status.state, from: data.startsAt, until: data.endsAt },
      ...whoAndWhy(data.createdBy, data.comment),
      matchers: data.matchers.map(compileMatcher),
    });
  }
  return found;
}

const made = z.object({ silenceID: silence.shape.id });

/** The id of a silence that was made; `undefined` if the answer has none. */
export const readId = (text: string): string | undefined => made.safeParse(parseJson(text)).data?.silenceID;

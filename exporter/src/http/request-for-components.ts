/** What requests for maintenance and for silences have in common: components, until when, who asks and why. */
import { MOST_ASKED_TEXT } from '@onehertz/contract';
import { z } from 'zod';
import type { Board } from '../board/board';
import { duration } from '../fields/duration';
import type { Refusal } from '../outputs/refusal';
import { safeText } from '../text/safe-text';
import { unknownComponents } from './unknown-components';

const DAY_MS = 86_400_000;
const MOST_DAYS = 30;
const MOST_COMPONENTS = 1000;

const REQUEST = z.strictObject({
  component: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string()).max(MOST_COMPONENTS))
    .optional(),
  duration: duration().optional(),
  until: z.iso.datetime({ offset: true, error: 'expected a time such as "2026-03-01T12:00:00Z"' }).optional(),
  reason: z.string().max(MOST_ASKED_TEXT.reason).default(''),
  by: z.string().max(MOST_ASKED_TEXT.by).default(''),
});

export interface RequestForComponents {
  /** All of them are on the board; none twice. */
  components: string[];
  /** In milliseconds since the epoch. */
  until: number;
  /** Empty if not said. */
  reason: string;
  by: string;
}

/** @param now in milliseconds since the epoch @returns what is wrong with it, if it is */
export function readRequest(
  query: unknown,
  now: number,
  board: Pick<Board, 'get'>
): { ok: true; wanted: RequestForComponents } | { ok: false; refusal: Refusal } {
  const refuse = (status: number, message: string) => ({ ok: false, refusal: { status, message } }) as const;
  const parsed = REQUEST.safeParse(query);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(400, safeText([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '), 300));
  }
  const { component: components, duration: lasts, until: end, reason, by } = parsed.data;
  if (components === undefined)
    return refuse(400, 'expected ?component=…&duration=…, e.g. ?component=redis&duration=30m&reason=upgrade&by=Ada');
  if ((lasts === undefined) === (end === undefined)) return refuse(400, 'expected either duration or until');
  const until = end === undefined ? now + (lasts ?? 0) : Date.parse(end);
  if (until <= now) return refuse(400, 'its end is not in the future');
  if (until - now > MOST_DAYS * DAY_MS)
    return refuse(
      400,
      `at most ${MOST_DAYS} days can be requested; remove a component from the configuration if it will be away for longer`
    );
  const missing = components.filter((name) => !board.get(name));
  if (missing.length > 0) return refuse(404, unknownComponents(missing));
  return { ok: true, wanted: { components: [...new Set(components)], until, reason, by } };
}

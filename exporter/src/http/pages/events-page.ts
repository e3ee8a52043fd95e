/** `GET /api/v1/events`: transitions since a time, or after a cursor without duplicates or gaps. */
import type { EventRing, RecordedTransition } from '../../board/events';
import { createSlice } from '../../runtime/slices';

export interface EventsPage {
  events: readonly RecordedTransition[];
  /** What to pass as `after` next time. */
  next: string;
  /**
   * With `after`: number of transitions since the cursor that were already dropped; raise `events` in the
   * configuration.
   */
  lost?: number;
  /** With `after`: whether the exporter was restarted since; earlier transitions are not available. */
  restarted?: boolean;
}

const WRONG_TIME = 'the parameter since must be an ISO 8601 time such as 2026-01-31T12:00:00Z, or Unix seconds';
const WRONG_CURSOR = 'the parameter after must be the value of "next" in the previous answer';
const TOO_MUCH = 'the parameters since and after cannot be combined';

/** @param run identifies this run of the exporter in cursors */
export function readEvents(
  ring: EventRing,
  run: string,
  { since, after }: { since?: unknown; after?: unknown }
): EventsPage | { error: string } {
  const next = `${run}-${ring.lastId}`;
  const page = (events: readonly RecordedTransition[]) => ({ events, next });
  if (after === undefined) {
    const time = parseTime(since);
    return time === undefined ? { error: WRONG_TIME } : page(ring.since(time));
  }
  if (since !== undefined) return { error: TOO_MUCH };
  const [, ofRun, id] = (typeof after === 'string' && /^([0-9a-f]{8})-(\d{1,15})$/.exec(after)) || [];
  if (id === undefined) return { error: WRONG_CURSOR };
  const restarted = ofRun !== run;
  const { events, lost } = ring.afterId(restarted ? 0 : Number(id));
  return { ...page(events), lost, restarted };
}

/** The page as JSON text, its times in ISO 8601; made in slices, as there may be a hundred thousand transitions. */
export async function eventsText({ events, ...rest }: EventsPage): Promise<string> {
  const slice = createSlice();
  const texts: string[] = [];
  for (const event of events) {
    texts.push(JSON.stringify({ ...event, at: new Date(event.at).toISOString() }));
    if (slice.isOver()) await slice.next();
  }
  return `{"events":[${texts.join(',')}],${JSON.stringify(rest).slice(1)}`;
}

/** Milliseconds since the epoch: 0 when the parameter is absent, `undefined` when it is not a time. */
function parseTime(value: unknown): number | undefined {
  if (value === undefined) return 0;
  if (typeof value !== 'string') return undefined;
  // rounded: 1700000000.123 * 1000 is not an integer in floating point
  const time = /^\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1000) : Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** `GET /api/v1/events`: transitions since a time, or after a cursor without duplicates or gaps. */
import type { EventRing, RecordedTransition } from '../../board/events';

interface EventsPage {
  events: (Omit<RecordedTransition, 'at'> & { at: string })[];
  /** Value of `after` for the next request. */
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
const WRONG_CURSOR = 'the parameter after must be what the last answer had as "next"';
const TOO_MUCH = 'the parameters since and after do not go together';

/** @param run identifies this run of the exporter in cursors */
export function readEvents(
  ring: EventRing,
  run: string,
  { since, after }: { since?: unknown; after?: unknown }
): EventsPage | { error: string } {
  const next = `${run}-${ring.lastId}`;
  const page = (events: readonly RecordedTransition[]) => ({
    events: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
    next,
  });
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

/** Milliseconds since the epoch: 0 if the parameter is absent, `undefined` if it is invalid. */
function parseTime(value: unknown): number | undefined {
  if (value === undefined) return 0;
  if (typeof value !== 'string') return undefined;
  // rounded: 1700000000.123 * 1000 is not an integer in floating point
  const time = /^\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1000) : Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

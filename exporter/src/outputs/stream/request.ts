/** A client's request for the stream: path and query. */
import { STREAM_EVENTS, STREAM_PATH, type StreamEvent } from '@onehertz/contract';
import type { Refusal } from '../refusal';

export interface Wanted {
  events: ReadonlySet<StreamEvent>;
  /** Whether it requests patches instead of snapshots. */
  delta: boolean;
}

/** @param target the request target; any text, not necessarily a path @param prefix of all paths, see `--web.route-prefix` */
export function readRequest(target: string, prefix = ''): Wanted | Refusal {
  const [path, query] = target.split('?', 2);
  if (path !== prefix + STREAM_PATH)
    return { status: 404, message: `there is no WebSocket here; the stream is at ${prefix}${STREAM_PATH}` };
  const parameters = new URLSearchParams(query);
  const format = parameters.get('format') ?? 'full';
  if (format !== 'full' && format !== 'delta')
    return { status: 400, message: 'the parameter format must be "full" or "delta"' };
  const names = (parameters.get('events') ?? '').split(',').filter((name) => name !== '');
  const known: readonly string[] = STREAM_EVENTS;
  if (names.some((name) => !known.includes(name)))
    return { status: 400, message: `the parameter events takes ${STREAM_EVENTS.join(', ')}` };
  return { events: new Set(names.length > 0 ? (names as StreamEvent[]) : STREAM_EVENTS), delta: format === 'delta' };
}

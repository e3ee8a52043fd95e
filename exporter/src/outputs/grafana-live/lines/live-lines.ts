/** The board as lines for Grafana Live. Every line has all fields of its measurement, so the schema never changes. */
import {
  labelsOf,
  upValue,
  VANTAGE_LABEL,
  writeDetails,
  type FieldsOf,
  type FromExporter,
  type Measurement,
  type Saying,
} from '@onehertz/contract';
import type { Board } from '../../../board/board';
import { componentJson, roundedResponseTime } from '../../../board/component-json';
import type { RecordedTransition } from '../../../board/events';
import type { ComponentState } from '../../../board/state';
import { toLine } from './line-protocol';

/** Lines by measurement, in the order in which they are sent. Each measurement is a channel: `stream/<stream_id>/<measurement>`. */
export type LiveLines = ReadonlyMap<Measurement, readonly string[]>;

/** Which exporter it is, for readers that see two in one stream, and where they may ask it for maintenance. */
export type RunningExporter = Pick<FromExporter, 'exporter' | 'exporterUrl'>;

type Readable = Pick<Board, 'get' | 'states'> & Partial<Pick<Board, 'lateMs'>>;

/** The lines sent immediately when the status of a component changes. @param at see row-time.ts */
export function changeLines(state: ComponentState, board: Readable, at: number, vantage?: string): LiveLines {
  return new Map([['components', [componentLine(state, board, at, vantage)]]]);
}

/**
 * One component at one tick. `up` is null while the status is unknown, the response time while there is none.
 * @param from names the exporter, in one line of each tick
 */
export function componentLine(
  state: ComponentState,
  board: Readable,
  at: number,
  vantage?: string,
  { exporter, exporterUrl: exporter_url }: RunningExporter = {}
): string {
  const { name, kind, type, labels } = state.target;
  const tags = { ...labelsOf({ service: name, kind, type, labels }), ...(vantage && { [VANTAGE_LABEL]: vantage }) };
  const fields: FieldsOf<'components'> = {
    up: upValue(state.status),
    status: state.status,
    response_time_ms: roundedResponseTime(state) ?? null,
    // Grafana's page forgets the labels of all rows when its connection is renewed
    ...sayingOf(state, board, { exporter_late_ms: board.lateMs, exporter, exporter_url, labels: tags }),
  };
  return toLine({ measurement: 'components', tags, fields, at });
}

/** What a component says beside its status and response time. @param more for its details, unless it is said elsewhere */
export function sayingOf(
  state: ComponentState,
  board: Readable,
  more: Partial<Parameters<typeof writeDetails>[1]> = {}
): Saying {
  const { last, since, target } = state;
  return {
    message: last?.message ?? '',
    error: last?.error ?? '',
    version: last?.version ?? '',
    since_ms: since,
    details: writeDetails(componentJson(state, board), {
      probe: target.probe,
      depends_on: target.depends_on,
      interval_seconds: target.interval / 1000,
      ...more,
    }),
  };
}

/** One transition. No tags: the events of all components form one table, and `id` identifies duplicates. */
export function eventLine(transition: RecordedTransition, { target }: ComponentState): string {
  const { id, component, kind, type, from, to, reason, at } = transition;
  const fields: FieldsOf<'events'> = {
    id,
    component,
    display_name: target.display_name,
    kind,
    type,
    critical: Number(target.critical),
    from,
    to,
    reason,
  };
  return toLine({ measurement: 'events', tags: {}, fields, at });
}

/** The fields of each measurement. Every row has all of them, so the schema never changes. */
import type { Measurement } from './channels';

type FieldType = 'number' | 'string';

/** A component at a tick or at a status change. Labels: component, kind, type and custom labels. */
export const LIVE_FIELDS = {
  up: 'number',
  status: 'string',
  response_time_ms: 'number',
  message: 'string',
  error: 'string',
  version: 'string',
  since_ms: 'number',
  details: 'string',
} as const satisfies Record<string, FieldType>;
export type LiveField = keyof typeof LIVE_FIELDS;

/** Many components in one row, see board-row.ts. No labels. */
export const BOARD_FIELDS = {
  count: 'number',
  catalog: 'string',
  statuses: 'string',
  response_times_ms: 'string',
  said: 'string',
} as const satisfies Record<string, FieldType>;

/** The last minutes of many components in one row, see history-row.ts. No labels. */
export const HISTORY_FIELDS = {
  count: 'number',
  catalog: 'string',
  runs: 'string',
} as const satisfies Record<string, FieldType>;

/** The counts of all components (`scope=all`) or of one kind (`scope=kind`, `kind=…`). */
export const SUMMARY_FIELDS = {
  overall: 'string',
  total: 'number',
  up: 'number',
  healthy: 'number',
  degraded: 'number',
  warning: 'number',
  unhealthy: 'number',
  unknown: 'number',
} as const satisfies Record<string, FieldType>;

/** A status change. No labels: the events of all components form one table. `id` identifies duplicates. */
export const EVENT_FIELDS = {
  id: 'number',
  component: 'string',
  display_name: 'string',
  kind: 'string',
  type: 'string',
  critical: 'number',
  from: 'string',
  to: 'string',
  reason: 'string',
} as const satisfies Record<string, FieldType>;

export const FIELDS_OF = {
  components: LIVE_FIELDS,
  board: BOARD_FIELDS,
  history: HISTORY_FIELDS,
  summary: SUMMARY_FIELDS,
  events: EVENT_FIELDS,
} as const satisfies Record<Measurement, Record<string, FieldType>>;

/** The values of one row; `null` is an unknown number. */
export type FieldsOf<M extends Measurement> = {
  -readonly [Name in keyof (typeof FIELDS_OF)[M]]: (typeof FIELDS_OF)[M][Name] extends 'number'
    ? number | null
    : string;
};

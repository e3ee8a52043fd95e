/** Reads frames of the stream's `events`: one row per transition, with its reason. */
import type { DataFrame } from '@grafana/data';
import { parseStatus, type FieldsOf } from '@onehertz/contract';
import { addNote } from '../component';
import type { Registry } from '../registry';
import { hasColumns, timesOf, valuesOf } from './columns';
import { newRows, type RowMark } from './rows';

export interface EventsState {
  mark?: RowMark;
}

export function isEvents(frame: DataFrame): boolean {
  return hasColumns(frame, COLUMNS);
}

const COLUMNS = ['component', 'from', 'to'] as const satisfies ReadonlyArray<keyof FieldsOf<'events'>>;
const READ = ['component', 'to', 'reason'] as const satisfies ReadonlyArray<keyof FieldsOf<'events'>>;

/** Adds the reasons of transitions to known components; events alone do not create components. */
export function readEvents(frame: DataFrame, state: EventsState, registry: Registry): void {
  const times = timesOf(frame);
  const { start, mark } = newRows(times, state.mark);
  state.mark = mark;
  const [names, targets, reasons] = READ.map((column) => valuesOf(frame, column));
  for (let row = start; row < times.length; row++) {
    const component = registry.components.get(String(names[row]));
    const to = parseStatus(targets[row]);
    const reason = reasons[row];
    const at = Number(times[row]);
    if (component && to && typeof reason === 'string' && reason !== '') {
      addNote(component, { at, to, text: reason });
    }
  }
}

/** Recognizes frames of the stream's `summary`, whose counts the board computes itself. */
export function isSummary({ fields }: DataFrame): boolean {
  return SUMMARY_COLUMNS.every((column) => fields.some(({ name }) => name === column));
}

const SUMMARY_COLUMNS = ['overall', 'total'] as const satisfies ReadonlyArray<keyof FieldsOf<'summary'>>;

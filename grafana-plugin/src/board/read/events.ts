/** Reads frames of the stream's `events`: one row per transition, with its reason. */
import type { DataFrame } from '@grafana/data';
import { parseStatus, type FieldsOf } from '@onehertz/contract';
import { addNote } from '../component';
import type { Registry } from '../registry';
import { newRows, type RowMark } from './rows';

export interface EventsState {
  mark?: RowMark;
}

/** Larger frames are not events, and are skipped quickly at every tick. */
const MOST_FIELDS = 20;

export function isEvents({ fields }: DataFrame): boolean {
  return fields.length <= MOST_FIELDS && COLUMNS.every((column) => fields.some(({ name }) => name === column));
}

const COLUMNS = ['component', 'from', 'to'] as const satisfies ReadonlyArray<keyof FieldsOf<'events'>>;

/** Adds the reasons of transitions to known components; events alone do not create components. */
export function readEvents(frame: DataFrame, state: EventsState, registry: Registry): void {
  const valuesOf = (name: keyof FieldsOf<'events'>): ArrayLike<unknown> =>
    frame.fields.find((field) => field.name === name)?.values ?? [];
  const times = frame.fields.find((field) => field.type === 'time')?.values ?? [];
  const { start, mark } = newRows(times, state.mark);
  state.mark = mark;
  const [names, targets, reasons] = [valuesOf('component'), valuesOf('to'), valuesOf('reason')];
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

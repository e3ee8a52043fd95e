/** The columns that fit into a table. Widths in pixels; the name gets the rest. */
import type { Part } from '../../options/options';

export type ColumnId = 'status' | 'name' | 'latency' | 'sparkline' | 'history' | 'since' | 'message' | 'details';

export interface Column {
  id: ColumnId;
  title: string;
  width: number;
}

interface Candidate extends Column {
  part?: Part;
  /** Minimum width of the table for this column. */
  from: number;
}

const CANDIDATES: readonly Candidate[] = [
  { id: 'status', title: 'Status', width: 120, from: 400 },
  { id: 'name', title: 'Component', width: 0, from: 0 },
  { id: 'latency', title: 'Response time', width: 84, from: 0, part: 'responseTime' },
  { id: 'sparkline', title: 'Trend', width: 96, from: 760, part: 'sparkline' },
  { id: 'history', title: 'History', width: 120, from: 480, part: 'history' },
  { id: 'since', title: 'Since', width: 128, from: 620, part: 'since' },
  { id: 'message', title: 'Message', width: 0, from: 900, part: 'message' },
  { id: 'details', title: 'Details', width: 200, from: 1200, part: 'details' },
];

export function tableColumns(width: number, parts: ReadonlySet<Part>): Column[] {
  return CANDIDATES.filter(({ from, part }) => width >= from && (part === undefined || parts.has(part)));
}

/** For `grid-template-columns`. */
export function template(columns: readonly Column[]): string {
  return columns
    .map(({ id, width }) => (width > 0 ? `${width}px` : id === 'message' ? 'minmax(0, 2fr)' : 'minmax(0, 1fr)'))
    .join(' ');
}

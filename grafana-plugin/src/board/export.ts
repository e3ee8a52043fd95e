/** Exports the board as text. */
import type { JsonObject } from '@onehertz/contract';
import type { Component } from './component';

const COLUMNS = [
  'component',
  'display_name',
  'kind',
  'type',
  'status',
  'response_time_ms',
  'since',
  'message',
  'error',
  'version',
  'flapping',
  'maintenance',
  'critical',
  'stale',
  'last_data',
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | boolean | null>;

function rowOf(component: Component): Row {
  return {
    component: component.name,
    display_name: component.displayName,
    kind: component.kind,
    type: component.type,
    status: component.status,
    response_time_ms: component.responseTimeMs ?? null,
    since: isoTime(component.since),
    message: component.message ?? null,
    error: component.error ?? null,
    version: component.version ?? null,
    flapping: component.flapping,
    maintenance: component.maintenance,
    critical: component.critical,
    stale: component.stale,
    last_data: isoTime(component.at),
  };
}

function isoTime(time: number | undefined): string | null {
  return time !== undefined && Number.isFinite(time) ? new Date(time).toISOString() : null;
}

/** Comma-separated values after RFC 4180, with a header. */
export function toCsv(components: Iterable<Component>): string {
  const lines = [COLUMNS.join(',')];
  for (const component of components) {
    const row = rowOf(component);
    lines.push(COLUMNS.map((column) => csvCell(row[column])).join(','));
  }
  return lines.join('\r\n');
}

/** Prevents a spreadsheet from evaluating a cell as a formula. */
function csvCell(value: string | number | boolean | null): string {
  if (value === null) {
    return '';
  }
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** A JSON array of objects, with labels and details. */
export function toJson(components: Iterable<Component>): string {
  const objects = [...components].map((component): object => {
    const details: JsonObject = component.details;
    return { ...rowOf(component), labels: component.labels, details };
  });
  return JSON.stringify(objects, null, 2);
}

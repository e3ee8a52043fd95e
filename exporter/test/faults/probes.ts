/** The rows of the matrix, of all probes. */
import { ALL_CHECKS } from '../probes/kit/checks';

export const FAULT_ROWS = ALL_CHECKS.flatMap(([, { faults }]) => faults);

/** What the board says of a component while nothing is broken. @param name it has the slug of its row, and may have more around it */
export function wellOf(name: string): string {
  const slug = name.replace(/^healthy-/, '').replace(/--.*/, '');
  return FAULT_ROWS.find((row) => row.slug === slug)?.well ?? 'healthy';
}

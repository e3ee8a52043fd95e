/** Reserved label names: series already have labels of these names. */
import { SERIES_LABELS } from '../../fields/series-labels';
import { PROBES } from '../../probes';
import type { AnyDefinition } from '../../probes/definition';

/** Labels that the outputs set themselves, including those of the probes' gauges. */
export const RESERVED_LABELS: ReadonlySet<string> = new Set([
  ...Object.values(SERIES_LABELS).flat(),
  ...PROBES.flatMap(({ gauges }: AnyDefinition) => gauges.flatMap(({ labels = [] }) => labels)),
]);

/** The prefix that Prometheus gives to a target's label whose name conflicts with its own. */
const EXPORTED = 'exported_';

/**
 * The name under which a label of a Prometheus target is imported: characters that old versions do not support become
 * `_`, as in Prometheus' service discoveries, and a reserved name gets the prefix `exported_`.
 */
export function importedLabel(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  return RESERVED_LABELS.has(plain) ? `${EXPORTED}${plain}` : plain;
}

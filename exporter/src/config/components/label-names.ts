/** Names of labels that a component cannot be given: series have them already, and Prometheus would have two of one name. */
import { SERIES_LABELS } from '../../fields/series-labels';
import { PROBES } from '../../probes';
import type { AnyDefinition } from '../../probes/definition';

/** Labels that the outputs set themselves, those of every probe's gauges among them. */
export const RESERVED_LABELS: ReadonlySet<string> = new Set([
  ...Object.values(SERIES_LABELS).flat(),
  ...PROBES.flatMap(({ gauges }: AnyDefinition) => gauges.flatMap(({ labels = [] }) => labels)),
]);

/** As Prometheus writes a label of a target that has the name of one of its own. */
const EXPORTED = 'exported_';

/**
 * The name under which a label of a Prometheus target is taken: characters that old versions do not know become `_`, as its own service
 * discoveries write them, and a name that is taken gets `exported_` before it.
 */
export function importedLabel(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  return RESERVED_LABELS.has(plain) ? `${EXPORTED}${plain}` : plain;
}

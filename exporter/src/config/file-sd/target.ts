/** Converts one target of a file_sd file to the settings of a component. */
import { createHash } from 'node:crypto';
import { definitionOf, isProbeName } from '../../probes';
import { placeOf } from '../../probes/definition';
import { nameOfAddress, withoutCredentials } from '../../text/names';
import { importedLabel } from '../components/label-names';
import { didYouMean, type Path } from '../reading/problems';

/** Labels with a special meaning, and the keys that they set; `__param_<key>__` sets any other key. */
const META_LABELS: Record<string, string> = {
  __probe__: 'probe',
  __component__: 'name',
  __kind__: 'kind',
  __type__: 'type',
};
const PARAMETER = /^__param_([a-z_]+?)__$/;
/**
 * Labels for Prometheus itself: scrape settings, URL parameters (`__param_module`) and temporary labels for
 * relabelling. They may be present in shared files and do not describe the component.
 */
const IGNORED = /^(__meta_.*|__tmp_?.*|__param_.*[^_]|__address__|__metrics_path__|__scrape_.*|job|instance)$/;

export interface SdComponent {
  value: Record<string, unknown>;
  otherNames: readonly string[];
  oddLabels: readonly { label: string; message: string }[];
  /** The label that set this key; `undefined` if it comes from the target. */
  labelOf(path: Path): string | undefined;
}

const SETTINGS = [...Object.keys(META_LABELS), '__scheme__'];

/**
 * Alternative names that distinguish targets of the same host, port and path: with the scheme, or with a digest of the
 * whole address, as a query may hold a secret. A name does not depend on the other targets.
 */
function longerNames(name: string, target: string): string[] {
  const scheme = /^([a-z0-9]+)(?:[+.-][a-z0-9+.-]*)?:\/\//i.exec(target)?.[1]?.toLowerCase();
  const digest = createHash('sha256').update(target).digest('hex').slice(0, 6);
  return [...(scheme ? [`${name}-${scheme}`] : []), `${name}-${digest}`];
}

/**
 * @param target `host:port` or a URL
 * @param siblings how many targets share these labels; if several, the target is appended to a name set by a label
 */
export function toComponent(target: string, labels: Record<string, string>, siblings: number): SdComponent {
  const value: Record<string, unknown> = {};
  const own: Record<string, string> = {};
  const origins = new Map<string, string>();
  const written = new Map<string, string>();
  const oddLabels: { label: string; message: string }[] = [];
  let scheme: string | undefined;
  for (const [label, text] of Object.entries(labels)) {
    const key = Object.hasOwn(META_LABELS, label) ? META_LABELS[label] : PARAMETER.exec(label)?.[1];
    if (label === '__scheme__') scheme = text;
    else if (key !== undefined) {
      value[key] = text;
      origins.set(key, label);
    } else if (IGNORED.test(label)) continue;
    else if (label.startsWith('__')) oddLabels.push({ label, message: `sets nothing${didYouMean(label, SETTINGS)}` });
    else {
      const name = importedLabel(label);
      if (own[name] !== undefined) continue;
      // as in Prometheus, an empty label is no label
      if (text !== '') own[name] = text;
      written.set(name, label);
    }
  }
  const probe = value['probe'] ?? 'http';
  value['probe'] = probe;
  if (Object.keys(own).length > 0) value['labels'] = own;
  const place = isProbeName(probe) ? placeOf(definitionOf(probe)) : { key: 'url', scheme: 'http' };
  const isWhole = place.scheme === undefined || target.includes('://');
  value[place.key] = isWhole ? target : `${scheme ?? place.scheme}://${target}`;
  const named = value['name'];
  let otherNames: string[] = [];
  if (typeof named !== 'string') {
    value['name'] = nameOfAddress(target);
    value['display_name'] ??= withoutCredentials(target).slice(0, 100);
    otherNames = longerNames(String(value['name']), target);
  } else if (siblings > 1) value['name'] = `${named}-${nameOfAddress(target)}`;
  return {
    value,
    otherNames,
    oddLabels,
    labelOf: ([key, name]) =>
      key === 'labels' && name !== undefined ? (written.get(String(name)) ?? String(name)) : origins.get(String(key)),
  };
}

/** One target of a file_sd file → the settings of a component. */
import { definitionOf, isProbeName } from '../../probes';
import { placeOf } from '../../probes/definition';
import { nameOfAddress, withoutCredentials } from '../../text/names';
import type { Path } from '../reading/problems';

/** Labels with a meaning of their own, and the keys that they set; `__param_<key>__` sets any other. */
const META_LABELS: Record<string, string> = {
  __probe__: 'probe',
  __component__: 'name',
  __kind__: 'kind',
  __type__: 'type',
};
const PARAMETER = /^__param_([a-z_]+?)__$/;
/** Set by Prometheus for its own scrapes: files that it reads may hold them, and they say nothing of the component. */
const IGNORED = /^(__meta_.*|__address__|__metrics_path__|__scrape_.*|job|instance)$/;

export interface SdComponent {
  value: Record<string, unknown>;
  /** The label that a setting came from; `undefined` if it came from the target. */
  labelOf(path: Path): string | undefined;
}

/**
 * @param target `host:port` or a URL
 * @param siblings how many targets share these labels: with several, the target is added to a name that a label sets
 */
export function toComponent(target: string, labels: Record<string, string>, siblings: number): SdComponent {
  const value: Record<string, unknown> = {};
  const own: Record<string, string> = {};
  const origins = new Map<string, string>();
  let scheme: string | undefined;
  for (const [label, text] of Object.entries(labels)) {
    const key = Object.hasOwn(META_LABELS, label) ? META_LABELS[label] : PARAMETER.exec(label)?.[1];
    if (label === '__scheme__') scheme = text;
    else if (key !== undefined) {
      value[key] = text;
      origins.set(key, label);
    } else if (!IGNORED.test(label)) own[label] = text;
  }
  const probe = value['probe'] ?? 'http';
  value['probe'] = probe;
  if (Object.keys(own).length > 0) value['labels'] = own;
  const place = isProbeName(probe) ? placeOf(definitionOf(probe)) : { key: 'url', scheme: 'http' };
  const isWhole = place.scheme === undefined || target.includes('://');
  value[place.key] = isWhole ? target : `${scheme ?? place.scheme}://${target}`;
  const named = value['name'];
  if (typeof named !== 'string') {
    value['name'] = nameOfAddress(target);
    value['display_name'] ??= withoutCredentials(target).slice(0, 100);
  } else if (siblings > 1) value['name'] = `${named}-${nameOfAddress(target)}`;
  return {
    value,
    labelOf: (path) => (path[0] === 'labels' && path.length > 1 ? String(path[1]) : origins.get(String(path[0]))),
  };
}

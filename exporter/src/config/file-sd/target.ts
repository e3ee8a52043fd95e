/** One target of a file_sd file → the settings of a component. */
import { isProbeName, type ProbeName } from '../components/schemas';
import type { Path } from '../reading/problems';

/** What a target without a scheme gets. */
const SCHEMES: Record<ProbeName, string> = {
  postgresql: 'postgresql',
  redis: 'redis',
  rabbitmq: 'amqp',
  minio: 'http',
  celery: 'amqp',
  http: 'http',
  websdr: 'http',
  model_info: 'http',
  tcp: '',
};

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
  if (probe === 'tcp') value['address'] = target;
  else value['url'] = target.includes('://') ? target : `${scheme ?? schemeOf(probe)}://${target}`;
  const named = value['name'];
  if (typeof named !== 'string') {
    value['name'] = nameOfTarget(target);
    value['display_name'] ??= withoutCredentials(target).slice(0, 100);
  } else if (siblings > 1) value['name'] = `${named}-${nameOfTarget(target)}`;
  return {
    value,
    labelOf: (path) => (path[0] === 'labels' && path.length > 1 ? String(path[1]) : origins.get(String(path[0]))),
  };
}

function schemeOf(probe: unknown): string {
  return isProbeName(probe) ? SCHEMES[probe] : 'http';
}

/**
 * A component's name from an address: host, port and path, without credentials and without the path `/health`.
 * `http://user:secret@Backend:8000/health` → `backend-8000`.
 */
export function nameOfTarget(target: string): string {
  const words = withoutCredentials(target)
    .replace(/\/health\/?$/, '')
    .toLowerCase()
    .split(/[^a-z0-9_]+/)
    .filter((word) => word !== '');
  return words.join('-').replace(/^_+/, '').slice(0, 100) || 'target';
}

/** `http://user:secret@Backend:8000/health?key=secret` → `Backend:8000/health`. */
function withoutCredentials(target: string): string {
  return target
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^[^/?#]*@/, '')
    .replace(/[?#].*$/s, '');
}

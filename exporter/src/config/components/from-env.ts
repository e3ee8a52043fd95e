/**
 * Components from the environment variables that twelve-factor applications commonly set, as declared by the probes.
 */
import { definitionOf, isProbeName, PROBES } from '../../probes';
import { schemesOf, type AnyDefinition } from '../../probes/definition';
import { grafanaLiveSchema } from '../grafana-live';
import { didYouMean } from '../reading/problems';
import { type ComponentSource, isMap } from '../reading/source';

const RULES = PROBES.flatMap(({ name, environment }: AnyDefinition) =>
  environment ? [{ probe: name, ...environment }] : []
);

/** The message if none of them is set. */
export const NOTHING_IN_ENVIRONMENT = `no component to watch: give a file with --config.file, or set one of ${RULES.map(
  ({ variable, example }) => (example ? `${variable} (${example})` : variable)
).join(', ')}`;

/**
 * The components that the variables describe, not validated. Empty variables count as unset. Variables with lists come
 * first.
 */
export function componentsFromEnv(env: NodeJS.ProcessEnv): ComponentSource[] {
  const get = (name: string) => valueOf(env, name);
  const ordered = [...RULES.filter(({ isList }) => isList), ...RULES.filter(({ isList }) => !isList)];
  return ordered.flatMap(({ probe, read }) =>
    read(get).map(({ variable, settings, variables }) => ({
      file: 'environment',
      value: { probe, ...settings },
      place: (path) => ({ path: variables?.[String(path[0])] ?? variable }),
      isText: () => true,
      isBroken: () => false,
    }))
  );
}

/** In Compose lists (`- NAME="value"`), the quotes are part of the value. */
function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return (
    env[name]
      ?.trim()
      .replace(/^(["'])(.*)\1$/s, '$2')
      .trim() || undefined
  );
}

/**
 * Whether a variable is meant for another kind of server than the probe's, as in `DATABASE_URL=mysql://…`. Applications
 * share variable names.
 */
export function isForeign({ value }: ComponentSource): boolean {
  if (!isMap(value) || !isProbeName(value['probe']) || typeof value['url'] !== 'string') return false;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value['url'])?.[1]?.toLowerCase();
  const schemes = schemesOf(definitionOf(value['probe']));
  // a typing error does not make it another server
  return scheme !== undefined && !schemes.includes(scheme) && didYouMean(scheme, schemes) === '';
}

/**
 * The section `grafana_live` that the variables describe, not validated; `undefined` without GRAFANA_URL. `isMeant`:
 * whether more than the address is set, which other programs use too.
 */
export function grafanaLiveFromEnv(env: NodeJS.ProcessEnv): { source: ComponentSource; isMeant: boolean } | undefined {
  const get = (key: string) => valueOf(env, `GRAFANA_${key.toUpperCase()}`);
  const keys = Object.keys(grafanaLiveSchema.shape).filter((key) => get(key) !== undefined);
  if (!keys.includes('url')) return undefined;
  const source: ComponentSource = {
    file: 'environment',
    value: Object.fromEntries(keys.map((key) => [key, get(key)])),
    place: (path) => ({ path: `GRAFANA_${String(path[0] ?? 'url').toUpperCase()}` }),
    isText: () => true,
    isBroken: () => false,
  };
  return { source, isMeant: keys.some((key) => /^(?:token|username|password)/.test(key)) };
}

/** Components from the environment variables that twelve-factor applications set anyway, as their probes say. */
import { PROBES } from '../../probes';
import type { AnyDefinition } from '../../probes/definition';
import { grafanaLiveSchema } from '../grafana-live';
import type { ComponentSource } from '../reading/source';

const RULES = PROBES.flatMap(({ name, environment }: AnyDefinition) =>
  environment ? [{ probe: name, ...environment }] : []
);

/** What to say when none of them is set. */
export const NOTHING_IN_ENVIRONMENT = `no component to watch: give a file with --config.file, or set one of ${RULES.map(
  ({ variable, example }) => (example ? `${variable} (${example})` : variable)
).join(', ')}`;

/** The components that the variables describe, unchecked; empty variables count as unset. Lists of them come first. */
export function componentsFromEnv(env: NodeJS.ProcessEnv): ComponentSource[] {
  const get = (name: string) => env[name]?.trim() || undefined;
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

/** The section `grafana_live` that the variables describe, unchecked; `undefined` without GRAFANA_URL. */
export function grafanaLiveFromEnv(env: NodeJS.ProcessEnv): ComponentSource | undefined {
  const get = (key: string) => env[`GRAFANA_${key.toUpperCase()}`]?.trim() || undefined;
  const keys = Object.keys(grafanaLiveSchema.shape).filter((key) => get(key) !== undefined);
  if (!keys.includes('url')) return undefined;
  return {
    file: 'environment',
    value: Object.fromEntries(keys.map((key) => [key, get(key)])),
    place: (path) => ({ path: `GRAFANA_${String(path[0] ?? 'url').toUpperCase()}` }),
    isText: () => true,
    isBroken: () => false,
  };
}

/** Components from the environment variables that twelve-factor applications set anyway, as their probes say. */
import { definitionOf, isProbeName, PROBES } from '../../probes';
import { schemesOf, type AnyDefinition } from '../../probes/definition';
import { grafanaLiveSchema } from '../grafana-live';
import { didYouMean } from '../reading/problems';
import { type ComponentSource, isMap } from '../reading/source';

const RULES = PROBES.flatMap(({ name, environment }: AnyDefinition) =>
  environment ? [{ probe: name, ...environment }] : []
);

/** What to say when none of them is set. */
export const NOTHING_IN_ENVIRONMENT = `no component to watch: give a file with --config.file, or set one of ${RULES.map(
  ({ variable, example }) => (example ? `${variable} (${example})` : variable)
).join(', ')}`;

/** The components that the variables describe, unchecked; empty variables count as unset. Lists of them come first. */
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

/** Compose takes quotes in a list (`- NAME="value"`) for a part of the value. */
function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return (
    env[name]
      ?.trim()
      .replace(/^(["'])(.*)\1$/s, '$2')
      .trim() || undefined
  );
}

/** Whether a variable is meant for another server than the probe's: `DATABASE_URL=mysql://…`. Applications share names of variables. */
export function isForeign({ value }: ComponentSource): boolean {
  if (!isMap(value) || !isProbeName(value['probe']) || typeof value['url'] !== 'string') return false;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value['url'])?.[1]?.toLowerCase();
  const schemes = schemesOf(definitionOf(value['probe']));
  // a typing error is no other server
  return scheme !== undefined && !schemes.includes(scheme) && didYouMean(scheme, schemes) === '';
}

/** The section `grafana_live` that the variables describe, unchecked; `undefined` without GRAFANA_URL. `isMeant`: whether there is more than an address, which others have a use for, too. */
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

/** Components from the environment variables that twelve-factor applications set anyway, as their probes say. */
import type { z } from 'zod';
import { COMPONENT_SCHEMAS, isProbeName, PROBES } from '../../probes';
import type { AnyDefinition } from '../../probes/definition';
import { grafanaLiveSchema } from '../grafana-live';
import { type ComponentSource, isMap } from '../reading/source';

const RULES = PROBES.flatMap(({ name, environment }: AnyDefinition) =>
  environment ? [{ probe: name, ...environment }] : []
);

/** The message if none of them is set. */
export const NOTHING_IN_ENVIRONMENT = `no components configured: pass a file with --config.file, or set one of ${RULES.map(
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
 * Whether its URL is none that the probe could ask: one for another server (`DATABASE_URL=mysql://…`), for applications share names of
 * variables, or one that is misspelt. The others need not wait for it.
 */
export function hasForeignUrl({ value }: ComponentSource): boolean {
  if (!isMap(value) || !isProbeName(value['probe'])) return false;
  const { url } = COMPONENT_SCHEMAS[value['probe']].shape as { url?: z.ZodType };
  return url?.safeParse(value['url']).success === false;
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

/** The list of all probes, used by configuration, docs, metrics and dashboards. */
import { describeError } from '../text/errors';
import type { SafeText } from '../text/safe-text';
import { celery } from './celery';
import { schemaOf, secretsOfTarget, type AnyDefinition, type ProbeDefinition } from './definition';
import { http } from './http';
import { guarded } from './kit/guard';
import { minio } from './minio';
import { modelInfo } from './model-info';
import { mysql } from './mysql';
import { postgresql } from './postgresql';
import type { ProbeContext, SafeProbe } from './probe';
import { rabbitmq } from './rabbitmq';
import { redis } from './redis';
import type { TargetOf } from './target';
import { tcp } from './tcp';
import { websdr } from './websdr';

export const PROBES = [postgresql, mysql, redis, rabbitmq, minio, celery, http, websdr, modelInfo, tcp] as const;

type Definition = (typeof PROBES)[number];
export type ProbeName = Definition['name'];

type TargetOfDefinition<D> = D extends ProbeDefinition<infer Name, infer Fields> ? TargetOf<Name, Fields> : never;

/** A component ready to be probed, see {@link TargetOf}; of a given probe, or of any. */
export type Target<P extends ProbeName = ProbeName> = TargetOfDefinition<Extract<Definition, { name: P }>>;

export const PROBE_NAMES: readonly ProbeName[] = PROBES.map(({ name }) => name);

const BY_NAME: ReadonlyMap<string, AnyDefinition> = new Map(PROBES.map((definition) => [definition.name, definition]));

export function isProbeName(value: unknown): value is ProbeName {
  return typeof value === 'string' && BY_NAME.has(value);
}

/** The definition of the probe with this name. */
export function definitionOf(name: ProbeName): AnyDefinition {
  const definition = BY_NAME.get(name);
  if (definition === undefined) throw new Error(`there is no probe "${name}"`);
  return definition;
}

type ComponentSchema = ReturnType<typeof schemaOf>;

/** The whole schema of a component, by its probe. */
export const COMPONENT_SCHEMAS = Object.fromEntries(
  PROBES.map((definition) => [definition.name, schemaOf(definition)])
) as Readonly<Record<ProbeName, ComponentSchema>>;

/**
 * Creates a probe for `target`; it connects at its first run. Never throws: a component whose probe cannot be created
 * is `unhealthy` with the reason, and all others run. It is tried again at each reload, as the cause may be gone: no
 * file descriptor was left to load its client library.
 */
export function createProbe(target: Target, { log }: Pick<ProbeContext, 'log'>): SafeProbe {
  const definition = definitionOf(target.probe);
  const secrets = secretsOfTarget(definition, target);
  let reason: SafeText | undefined;

  function make(): SafeProbe | undefined {
    try {
      // the definition matches `target.probe`, which TypeScript cannot infer
      return guarded((context) => definition.load().create(target, context), { log, secrets });
    } catch (error) {
      const why = `no probe can be made with its settings: ${describeError(error, secrets)}`;
      reason = describeError(new Error(why), secrets);
      log.error({ reason }, 'no probe can be made');
      return undefined;
    }
  }

  const first = make();
  if (first) return first;
  let made: SafeProbe | undefined;
  let tellChange: () => void = () => undefined;
  return {
    run: (signal) => made?.run(signal) ?? Promise.resolve({ status: 'unhealthy', error: reason }),
    onConnectionChange: (listener) => void (tellChange = listener),
    retryNow() {
      if (made) return made.retryNow?.();
      made = make();
      made?.onConnectionChange?.(tellChange);
      if (made) tellChange();
    },
    close: () => made?.close() ?? Promise.resolve(),
  };
}

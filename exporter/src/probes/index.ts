/** All probes, by the name that the configuration uses. */
import type { ProbeName, Target } from '../config/components';
import { celery } from './celery';
import { guarded } from './guard';
import { http } from './http';
import { minio } from './minio';
import { modelInfo } from './model-info';
import { postgresql } from './postgresql';
import type { Probe, ProbeContext, ProbeDefinition } from './probe';
import { rabbitmq } from './rabbitmq';
import { redis } from './redis';
import { secretsOf } from './secrets';
import { tcp } from './tcp';
import { websdr } from './websdr';

export const PROBES: { readonly [P in ProbeName]: ProbeDefinition<Target<P>> } = {
  postgresql,
  redis,
  rabbitmq,
  minio,
  celery,
  http,
  websdr,
  model_info: modelInfo,
  tcp,
};

/** A probe of `target`; it connects at its first run. */
export function createProbe(target: Target, context: ProbeContext): Probe {
  // The definition that `target.probe` names takes just this target; TypeScript cannot follow the correlation.
  const definition = PROBES[target.probe] as ProbeDefinition<Target>;
  return guarded((guardedContext) => definition.create(target, guardedContext), context, secretsOf(target));
}

/** All probes, by the name that the configuration uses. */
import type { ProbeName, Target } from '../config/components/schemas';
import { celery } from './celery/probe';
import { guarded } from './kit/guard';
import { http } from './http/probe';
import { minio } from './minio/probe';
import { modelInfo } from './model-info/probe';
import { postgresql } from './postgresql/probe';
import type { Probe, ProbeContext, ProbeDefinition } from './probe';
import { rabbitmq } from './rabbitmq/probe';
import { redis } from './redis/probe';
import { secretsOf } from '../text/secrets';
import { tcp } from './tcp/probe';
import { websdr } from './websdr/probe';

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

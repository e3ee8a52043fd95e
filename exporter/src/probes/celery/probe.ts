/** Watches Celery workers over one broker, or over a failover list of which the workers use one. */
import type { CeleryTarget } from './settings';
import { brokersOf } from '../kit/brokers';
import { createFailover } from './failover';
import { createSingle } from './single';
import type { Probe, ProbeContext } from '../probe';

export function create(target: CeleryTarget, context: ProbeContext): Probe {
  const urls = brokersOf(target.url);
  if (urls.length === 1) return createSingle(target, context);
  return createFailover(urls.map((url) => () => createSingle({ ...target, url }, context)));
}

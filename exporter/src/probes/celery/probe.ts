/** Watches Celery workers over one broker, or over a list of brokers for failover. */
import { brokersOf } from '../kit/brokers';
import type { Probe, ProbeContext } from '../probe';
import { createFailover } from './failover';
import type { CeleryTarget } from './settings';
import { createSingle } from './single';

export function create(target: CeleryTarget, context: ProbeContext): Probe {
  const urls = brokersOf(target.url);
  if (urls.length === 1) return createSingle(target, context);
  return createFailover(urls.map((url) => () => createSingle({ ...target, url }, context)));
}

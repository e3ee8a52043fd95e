/** Watches Celery workers over one broker, or over a list of brokers for failover. */
import { brokersOf } from '../kit/brokers';
import type { Probe, ProbeContext } from '../probe';
import { createFailover } from './failover';
import type { CeleryTarget } from './settings';
import { createSingle } from './single';

export function create(target: CeleryTarget, context: ProbeContext): Probe {
  const urls = brokersOf(target.url);
  if (urls.length === 1) return createSingle(target, context);
  const nameOf = (index: number) => `broker ${index + 1} of ${urls.length}`;
  return createFailover(urls.map((url, index) => () => createSingle({ ...target, url }, context, nameOf(index))));
}

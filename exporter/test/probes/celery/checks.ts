/** What the tests must know of the probe celery. */
import { inUrl } from '../../canaries/canary';
import { redisParrot } from '../../canaries/parrots';
import type { FaultRow, Fields } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';
import { rabbitmq } from '../rabbitmq/checks';
import { redis } from '../redis/checks';

function celeryOver(title: string, slug: string, broker: FaultRow): FaultRow {
  const fields = ({ url }: Fields): Fields => ({ probe: 'celery', url });
  return {
    ...broker,
    title,
    slug,
    plain: (...args) => fields(broker.plain(...args)),
    secure: (...args) => fields(broker.secure(...args)),
  };
}

export const checks: ProbeChecks = {
  faults: [
    celeryOver('celery over AMQP', 'celery-amqp', rabbitmq),
    celeryOver('celery over Redis', 'celery-redis', redis),
  ],
  parrot: redisParrot,
  canaries({ hosts }) {
    const login = `watcher:${inUrl('password')}`;
    return hosts.flatMap((host) => [
      { url: `redis://${login}@${host}/1` },
      { url: `amqp://${login}@${host}`, queues: ['celery'] },
    ]);
  },
  lifecycle: {
    none: 'what dies are workers and brokers: the broker is killed and frozen in suite.ts, the workers too',
  },
  soak: { component: 'celery' },
};

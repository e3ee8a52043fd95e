/** What the tests must know of the probe celery. */
import type { RunningServer } from '@onehertz/demo';
import { inUrl } from '../../canaries/canary';
import { redisParrot } from '../../canaries/parrots';
import { foreignRows } from '../../faults/foreign-rows';
import type { FaultRow, Fields } from '../../faults/rows';
import type { Servers } from '../../faults/servers';
import type { ProbeChecks } from '../kit/checks';
import { rabbitmq } from '../rabbitmq/checks';
import { redis } from '../redis/checks';

function celeryOver(
  title: string,
  slug: string,
  broker: FaultRow,
  worker: (servers: Servers) => RunningServer
): FaultRow {
  const fields = ({ url }: Fields): Fields => ({ probe: 'celery', url });
  return {
    ...broker,
    title,
    slug,
    plain: (...args) => fields(broker.plain(...args)),
    secure: (...args) => fields((broker.secure as NonNullable<FaultRow['secure']>)(...args)),
    behind: { called: 'the worker', server: worker },
  };
}

export const checks: ProbeChecks = {
  faults: [
    celeryOver('celery over AMQP', 'celery-amqp', rabbitmq, ({ amqpWorker }) => amqpWorker),
    celeryOver('celery over Redis', 'celery-redis', redis, ({ redisWorker }) => redisWorker),
    ...foreignRows('celery'),
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

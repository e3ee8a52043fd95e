/** The settings of the probe of Celery workers. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { positive, url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import type { TargetOf } from '../target';

export const fields = {
  ...withFile(
    'url',
    url('amqp', 'amqps', 'redis', 'rediss').optional().describe('The broker: `amqp://…` or `redis://…`.')
  ),
  min_workers: positive().default(1).describe('Fewer answering workers than this: `degraded`; none: `unhealthy`.'),
  queues: z.array(z.string().min(1)).default([]).describe('Task queues whose length is reported, e.g. `celery`.'),
  busy_grace: duration()
    .prefault('0s')
    .describe(
      'How long a worker that sent a heartbeat but does not answer still counts: busy solo workers answer only when their task ends.'
    ),
};

export type CeleryTarget = TargetOf<'celery', typeof fields>;

/** The settings of the probe of Celery workers. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { positive, url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import { brokersOf } from '../kit/brokers';
import type { TargetOf } from '../target';

const SCHEMES = ['amqp', 'amqps', 'redis', 'rediss'] as const;
const one = url(...SCHEMES);

/** Each is checked by itself. */
const brokers = z
  .string()
  .superRefine((text, context) => {
    const urls = brokersOf(text);
    for (const [index, broker] of (urls.length === 0 ? [text] : urls).entries())
      for (const { message } of one.safeParse(broker).error?.issues ?? [])
        context.addIssue({
          code: 'custom',
          message: urls.length > 1 ? `broker ${index + 1} of ${urls.length}: ${message}` : message,
        });
  })
  .meta({ schemes: SCHEMES });

export const fields = {
  ...withFile(
    'url',
    brokers
      .optional()
      .describe('The broker: `amqp://…` or `redis://…`; several separated by semicolons, as Celery takes them.')
  ),
  ...tlsFields,
  min_workers: positive().default(1).describe('Fewer answering workers than this: `degraded`; none: `unhealthy`.'),
  queues: z.array(z.string().min(1)).default([]).describe('Task queues whose length is reported, e.g. `celery`.'),
  busy_grace: duration()
    .prefault('0s')
    .describe(
      'How long a worker that sent a heartbeat but does not answer still counts: busy solo workers answer only when their task ends.'
    ),
  control_exchange: z.string().min(1).default('celery').describe('As the setting of the Celery application.'),
  event_exchange: z.string().min(1).default('celeryev').describe('As the setting of the Celery application.'),
  global_keyprefix: z
    .string()
    .optional()
    .describe('Redis: as in `broker_transport_options` of the Celery application; begins every key and channel.'),
  fanout_prefix: z
    .union([z.boolean(), z.string().min(1)])
    .default(true)
    .describe(
      'Redis: as in `broker_transport_options`; `true` stands for `/{db}.` before the channels, `false` for nothing.'
    ),
  sep: z
    .string()
    .min(1)
    .optional()
    .describe('Redis: as in `broker_transport_options`; stands between the name of a queue and the priority.'),
  priority_steps: z
    .array(z.number().int().min(0))
    .default([0, 3, 6, 9])
    .describe('Redis: as in `broker_transport_options`; a queue has a list for each.'),
};

export type CeleryTarget = TargetOf<'celery', typeof fields>;

/** The settings of the probe of RabbitMQ. */
import { z } from 'zod';
import { httpUrl, positive, url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import type { TargetOf } from '../target';

/** A queue to report: its name alone, or with a limit. */
const queue = z.union([
  z
    .string()
    .min(1)
    .transform((name) => ({ name, max_messages: undefined as number | undefined })),
  z.strictObject({
    name: z.string().min(1).describe('The queue.'),
    max_messages: positive().optional().describe('More ready messages than this: `warning`.'),
  }),
]);

export const fields = {
  ...withFile(
    'url',
    url('amqp', 'amqps').optional().describe('`amqp://user:password@host:5672/vhost`; `amqps://` for TLS.')
  ),
  ...tlsFields,
  queues: z.array(queue).default([]).describe('Queues to report: a name, or a name with `max_messages`.'),
  ...withFile(
    'management_url',
    httpUrl()
      .optional()
      .describe('Management API, e.g. `http://user:password@host:15672`: adds alarms, nodes and partitions.')
  ),
};

export type RabbitmqTarget = TargetOf<'rabbitmq', typeof fields>;

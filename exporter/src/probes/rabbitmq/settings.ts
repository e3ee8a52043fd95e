/** The settings of the probe of RabbitMQ. */
import { z } from 'zod';
import { type Finding, httpUrl, positive, url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import { checkTls, tlsFields, tlsSchema, type TlsSettings } from '../../fields/tls';
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
  management_tls: tlsSchema
    .optional()
    .describe('Settings of TLS for the management API, see [TLS](#tls); default: those of `tls`.'),
};

export type RabbitmqTarget = TargetOf<'rabbitmq', typeof fields>;

interface BrokerUrls {
  url?: string;
  tls?: TlsSettings;
  management_url?: string;
  management_tls?: TlsSettings;
}

/** What is wrong with how TLS is to be spoken. */
export function checkBroker(component: BrokerUrls): Finding[] {
  const { management_url: url, management_tls: tls } = component;
  const isShared = tls === undefined && /^https:/i.test(url ?? '');
  const ofBroker = isShared ? [] : checkTls(component, ['amqps']);
  const ofManagement = checkTls({ tls, url: url ?? 'absent:' }, ['https'], 'management_url');
  return [...ofBroker, ...ofManagement.map((finding) => ({ ...finding, path: ['management_tls'] }))];
}

/** Where the management API is and how TLS is spoken with it; `undefined` if it is not to be asked. */
export function managementOf({ management_url: url, management_tls: own, tls }: BrokerUrls) {
  return url === undefined ? undefined : { url, tls: own ?? tls, tlsKey: own ? 'management_tls' : 'tls' };
}

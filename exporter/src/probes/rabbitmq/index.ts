/** RabbitMQ: what the probe says of itself. */
import { defineProbe } from '../definition';
import { ownOrBroker } from '../kit/environment';
import { checkBroker, fields } from './settings';

export const rabbitmq = defineProbe({
  name: 'rabbitmq',
  kind: 'infrastructure',
  type: 'queue',
  purpose:
    "A test message, sent and received on a kept AMQP channel. Queues are only inspected, which needs no permission, or since RabbitMQ 4.3 any permission for the queue; the management API (user tag `monitoring`; requested every 30 s, sooner after a change) adds alarms, nodes, partitions and maintenance. For the test message the user needs `rabbitmqctl set_permissions -p / monitor '^amq\\.gen' '^amq\\.(gen|default)' '^amq\\.gen'`; without these permissions only queues are inspected, and the status is `warning`.",
  example: `- name: rabbitmq
  probe: rabbitmq
  url: \${RABBITMQ_URL}
  queues:
    - mail
    - { name: orders, max_messages: 1000 }
  management_url: http://monitor:\${RABBITMQ_MONITOR_PASSWORD}@rabbitmq:15672
  critical: true`,
  fields,
  check: checkBroker,
  environment: {
    variable: 'RABBITMQ_URL',
    describes: '`rabbitmq` (else the RabbitMQ of `CELERY_BROKER_URL`)',
    read: (get) => ownOrBroker(get, 'RABBITMQ_URL', 'rabbitmq'),
  },
  gauges: [
    { name: 'component_rabbitmq_messages_ready', help: 'Messages ready to be delivered.', labels: ['queue'] },
    { name: 'component_rabbitmq_consumers', help: 'Consumers of the queue.', labels: ['queue'] },
    {
      name: 'component_rabbitmq_messages_unacknowledged',
      help: 'Messages delivered and not yet acknowledged (management API).',
      labels: ['queue'],
    },
    { name: 'component_rabbitmq_publishers_blocked', help: '1 while an alarm keeps the broker from taking messages.' },
    { name: 'component_rabbitmq_nodes', help: 'Nodes of the cluster (management API).' },
    { name: 'component_rabbitmq_nodes_running', help: 'Nodes of the cluster that run (management API).' },
    {
      name: 'component_rabbitmq_alarms',
      help: 'Nodes whose alarm for the resource is on (management API).',
      labels: ['resource'],
    },
    { name: 'component_rabbitmq_partitions', help: 'Nodes that see a network partition (management API).' },
  ],
  row: {
    title: 'RabbitMQ',
    prefix: 'component_rabbitmq_',
    panels: [
      {
        title: 'Messages',
        description: 'A queue that grows has too few consumers, or none.',
        unit: 'none',
        series: {
          messages_ready: '{{queue}} ready',
          messages_unacknowledged: '{{queue}} unacknowledged',
        },
      },
      {
        title: 'Consumers',
        description: 'Of each queue.',
        unit: 'none',
        series: { consumers: '{{queue}}' },
      },
      {
        title: 'Alarms',
        description: 'While one is on, the broker takes no messages.',
        unit: 'none',
        series: {
          alarms: '{{resource}}',
          publishers_blocked: 'publishers blocked',
          partitions: 'partitions',
        },
      },
    ],
  },
  figures: [{ show: 'queued', keys: ['queues'] }],
  load: () => require('./probe') as typeof import('./probe'),
});

/** Celery workers: the definition of the probe. */
import { checkTls } from '../../fields/tls';
import { defineProbe } from '../definition';
import { celeryComponents } from '../kit/environment';
import { fields } from './settings';

export const celery = defineProbe({
  name: 'celery',
  kind: 'infrastructure',
  type: 'worker',
  purpose: [
    'A remote-control `ping` to all workers, over their broker; heartbeats for workers that do not accept pings',
    '(`worker_enable_remote_control` off, or no `json` in `accept_content`: then other serializers are tried once). Several brokers, as',
    'Celery accepts them (`amqp://a;amqp://b`), are tried in turn. RabbitMQ: the user needs',
    "`rabbitmqctl set_permissions -p / monitor '^(celeryev\\.onehertz-|onehertz-)'",
    "'^(celeryev\\.onehertz-|onehertz-|celery\\.pidbox$|amq\\.default$)' '^(celeryev|onehertz-|reply\\.celery\\.pidbox$)'`;",
    'without these permissions the consumers of the queues are counted. Redis: the user needs',
    '`ACL SETUSER monitor resetchannels &*celery* ~*.pidbox ~celery* +ping +publish +psubscribe +brpop +del +expire +llen`.',
  ].join(' '),
  example: `- name: celery
  probe: celery
  url: \${CELERY_BROKER_URL}
  min_workers: 2
  queues: [celery]
  depends_on: [rabbitmq]`,
  fields,
  throughBroker: true,
  check: (component) => checkTls(component, ['amqps', 'rediss']),
  environment: {
    variable: 'CELERY_BROKER_URL',
    describes:
      '`celery`, and its broker as `celery-broker` if it is another than that of `REDIS_URL` or `RABBITMQ_URL`',
    read: celeryComponents,
  },
  gauges: [
    { name: 'component_celery_workers', help: 'Workers that answer, or are busy within the grace.' },
    { name: 'component_celery_workers_min', help: 'Workers that are wanted (min_workers).' },
    { name: 'component_celery_workers_silent', help: 'Known workers that do not answer.' },
    { name: 'component_celery_tasks_active', help: 'Tasks in work, from the last heartbeats.' },
    { name: 'component_celery_queue_messages', help: 'Messages that wait in the task queue.', labels: ['queue'] },
    {
      name: 'component_celery_heartbeat_age_seconds',
      help: 'Age of the last heartbeat of the worker that has been quiet longest, among those that count.',
    },
  ],
  row: {
    title: 'Celery',
    prefix: 'component_celery_',
    panels: [
      {
        title: 'Workers',
        description: 'Those that answer, and those that are wanted.',
        unit: 'none',
        series: {
          workers: 'answer',
          workers_min: 'wanted',
          workers_silent: 'silent',
        },
      },
      {
        title: 'Tasks',
        description: 'In work, and waiting.',
        unit: 'none',
        series: {
          tasks_active: 'active',
          queue_messages: '{{queue}} waiting',
        },
      },
      {
        title: 'Age of the oldest heartbeat',
        description: 'Workers send one every two seconds.',
        unit: 's',
        series: { heartbeat_age_seconds: 'age' },
      },
    ],
  },
  figures: [
    { show: 'count', noun: 'worker', keys: ['worker_count', 'celery_workers'] },
    { show: 'queued', keys: ['queues'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});

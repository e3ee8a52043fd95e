/** One example for each probe: what stands in docs/configuration.md. Every one of them is loaded by a test. */
import type { ProbeName } from '../config/components/schemas';

export const EXAMPLES: Record<ProbeName, { purpose: string; yaml: string }> = {
  postgresql: {
    purpose:
      'A `SELECT` on a kept connection, and every few seconds a new connection: a server whose postmaster hangs answers the one and ' +
      'refuses the other. The role needs no rights beyond `CONNECT`; membership in `pg_monitor` adds the numbers of other sessions.',
    yaml: `- name: postgresql
  probe: postgresql
  url: \${DATABASE_URL}
  critical: true
  degraded_above: 250ms`,
  },
  redis: {
    purpose: 'A `PING` on a kept connection; memory, clients and persistence from `INFO`.',
    yaml: `- name: redis
  probe: redis
  url: redis://redis:6379/0
  password_file: secrets/redis_password`,
  },
  rabbitmq: {
    purpose:
      'A message of its own, out and back, on a kept AMQP channel. Queues are only looked at, never made; the management API adds alarms, nodes and partitions.',
    yaml: `- name: rabbitmq
  probe: rabbitmq
  url: \${RABBITMQ_URL}
  queues:
    - mail
    - { name: orders, max_messages: 1000 }
  management_url: http://monitor:\${RABBITMQ_MONITOR_PASSWORD}@rabbitmq:15672
  critical: true`,
  },
  minio: {
    purpose: 'The health endpoint, then the buckets over S3. A bucket that is missing is a `warning`.',
    yaml: `- name: minio
  probe: minio
  url: http://minio:9000
  access_key_file: secrets/minio_access_key
  secret_key_file: secrets/minio_secret_key
  buckets: [uploads, models]`,
  },
  celery: {
    purpose: 'A remote-control `ping` to all workers, over the broker that they listen to.',
    yaml: `- name: celery
  probe: celery
  url: \${CELERY_BROKER_URL}
  min_workers: 2
  queues: [celery]
  depends_on: [rabbitmq]`,
  },
  http: {
    purpose:
      'A GET. The body may say more: the common shapes of health documents (Spring Boot, health+json, ASP.NET, MicroProfile, terminus, plain ' +
      'words) are read, dependencies included. Redirects are not followed.',
    yaml: `- name: backend
  probe: http
  url: http://backend:8000
  headers: { Host: api.example }
  bearer_token_file: secrets/backend_token
  depends_on: [postgresql, redis]`,
  },
  websdr: {
    purpose: 'A receiver: OpenWebRX, KiwiSDR, or anything that answers HTTP.',
    yaml: `- name: websdr-milano
  display_name: WebSDR Milano
  probe: websdr
  url: http://sdr.example:8073
  labels: { region: lombardia }
  maintenance:
    - { cron: "0 3 * * 0", duration: 30m, timezone: Europe/Rome }`,
  },
  model_info: {
    purpose: 'The REST endpoint that tells of a model in service: name, version, accuracy, latency, predictions.',
    yaml: `- name: model
  probe: model_info
  url: http://inference:8002/model/info
  depends_on: [backend]`,
  },
  tcp: {
    purpose: 'A connection to anything that listens; with `tls`, a look at its certificate.',
    yaml: `- name: mail
  probe: tcp
  address: mail.example:465
  tls: true
  tls_expiry_warning: 21d
  interval: 30s
  timeout: 5s`,
  },
};

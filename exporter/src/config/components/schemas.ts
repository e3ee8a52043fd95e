/** The configuration of a component: what all have in common, and what each probe adds. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import {
  address,
  componentName,
  headers,
  httpUrl,
  labels,
  maintenance,
  positive,
  queue,
  secretFile,
  url,
} from '../../fields/fields';

export { RESERVED_LABELS } from '../../fields/fields';

const common = {
  name: componentName().describe('Unique name; the `component` label of every series.'),
  display_name: z.string().min(1).max(100).optional().describe('Name shown to people; default: made from `name`.'),
  labels: labels.default({}).describe('Free labels, added to every series of this component.'),
  interval: duration()
    .optional()
    .describe('Time between two probes, in whole seconds; default: that of the probe, else the global one.'),
  timeout: duration()
    .optional()
    .describe('Deadline of one probe; must be below the interval. Default: that of the probe, else the global one.'),
  critical: z.boolean().default(false).describe('Whether the whole system is critical when this component is down.'),
  degraded_above: duration()
    .optional()
    .describe('Response time above which a healthy component counts as degraded; below the timeout.'),
  failure_threshold: positive().default(1).describe('Consecutive failures before it counts as unhealthy.'),
  success_threshold: positive().default(1).describe('Consecutive successes before it counts as up again.'),
  depends_on: z.array(componentName()).default([]).describe('Components whose failure explains a failure of this one.'),
  maintenance: z
    .array(maintenance)
    .default([])
    .describe('Windows in which its status is `unknown` and nobody is alerted.'),
};

/** `kind` and `type` have defaults that depend on the probe. */
const placed = (kind: string, type: string) => ({
  kind: z
    .string()
    .min(1)
    .max(50)
    .default(kind)
    .describe('Section it is shown in: `microservice`, `infrastructure`, `receiver`, `model` or any other word.'),
  type: z.string().min(1).max(50).default(type).describe('What it is; chooses the icon.'),
});

const httpOptions = {
  headers: headers.default({}).describe('Further request headers, e.g. `{ Host: backend.example }`.'),
  bearer_token: z.string().min(1).optional().describe('Token for the `Authorization` header.'),
  bearer_token_file: secretFile('bearer_token'),
  tls_insecure: z.boolean().default(false).describe('Accept any TLS certificate.'),
};

/** The probes, by name: each is the whole schema of a component that uses it. */
export const COMPONENT_SCHEMAS = {
  postgresql: z.strictObject({
    probe: z.literal('postgresql'),
    ...common,
    ...placed('infrastructure', 'database'),
    url: url('postgresql', 'postgres')
      .optional()
      .describe('`postgresql://user:password@host:5432/database`, as libpq takes it.'),
    url_file: secretFile('url'),
    new_connection_interval: duration()
      .prefault('5s')
      .describe('How often a new connection is opened, to see that one can be had and to read the details.'),
  }),
  redis: z.strictObject({
    probe: z.literal('redis'),
    ...common,
    ...placed('infrastructure', 'cache'),
    url: url('redis', 'rediss').optional().describe('`redis://user:password@host:6379/0`; `rediss://` for TLS.'),
    url_file: secretFile('url'),
    password: z.string().min(1).optional().describe('Password, if it is not in the URL.'),
    password_file: secretFile('password'),
  }),
  rabbitmq: z.strictObject({
    probe: z.literal('rabbitmq'),
    ...common,
    ...placed('infrastructure', 'queue'),
    url: url('amqp', 'amqps').optional().describe('`amqp://user:password@host:5672/vhost`; `amqps://` for TLS.'),
    url_file: secretFile('url'),
    queues: z.array(queue).default([]).describe('Queues to report: a name, or a name with `max_messages`.'),
    management_url: httpUrl()
      .optional()
      .describe('Management API, e.g. `http://user:password@host:15672`: adds alarms, nodes and partitions.'),
    management_url_file: secretFile('management_url'),
  }),
  minio: z.strictObject({
    probe: z.literal('minio'),
    ...common,
    ...placed('infrastructure', 'storage'),
    url: httpUrl().optional().describe('S3 endpoint, e.g. `http://minio:9000`.'),
    url_file: secretFile('url'),
    access_key: z.string().min(1).optional().describe('S3 access key.'),
    access_key_file: secretFile('access_key'),
    secret_key: z.string().min(1).optional().describe('S3 secret key.'),
    secret_key_file: secretFile('secret_key'),
    region: z.string().min(1).default('us-east-1').describe('S3 region, part of the signature.'),
    buckets: z.array(z.string().min(1)).default([]).describe('Buckets that must exist; a missing one is a `warning`.'),
  }),
  celery: z.strictObject({
    probe: z.literal('celery'),
    ...common,
    ...placed('infrastructure', 'worker'),
    url: url('amqp', 'amqps', 'redis', 'rediss').optional().describe('The broker: `amqp://…` or `redis://…`.'),
    url_file: secretFile('url'),
    min_workers: positive().default(1).describe('Fewer answering workers than this: `degraded`; none: `unhealthy`.'),
    queues: z.array(z.string().min(1)).default([]).describe('Task queues whose length is reported, e.g. `celery`.'),
    busy_grace: duration()
      .prefault('0s')
      .describe(
        'How long a worker that sent a heartbeat but does not answer still counts: busy solo workers answer only when their task ends.'
      ),
  }),
  http: z.strictObject({
    probe: z.literal('http'),
    ...common,
    ...placed('microservice', 'service'),
    url: httpUrl().optional().describe('Health endpoint; without a path `/health` is asked for.'),
    url_file: secretFile('url'),
    expected_status: z
      .array(z.number().int().min(100).max(599))
      .default([])
      .describe('HTTP codes that mean up; default: 200 to 299.'),
    ...httpOptions,
  }),
  websdr: z.strictObject({
    probe: z.literal('websdr'),
    ...common,
    ...placed('receiver', 'receiver'),
    url: httpUrl().optional().describe('Base address of the receiver.'),
    url_file: secretFile('url'),
    software: z
      .enum(['auto', 'openwebrx', 'kiwisdr', 'http'])
      .default('auto')
      .describe('`auto` tries OpenWebRX, KiwiSDR, then plain HTTP.'),
    ...httpOptions,
  }),
  model_info: z.strictObject({
    probe: z.literal('model_info'),
    ...common,
    ...placed('model', 'model'),
    url: httpUrl().optional().describe('The model-info endpoint, with its path.'),
    url_file: secretFile('url'),
    ...httpOptions,
  }),
  tcp: z.strictObject({
    probe: z.literal('tcp'),
    ...common,
    ...placed('infrastructure', 'service'),
    address: address.describe('`host:port`; an IPv6 address in brackets: `[::1]:25`.'),
    send: z.string().optional().describe('Text to send after the connect.'),
    expect: z.string().optional().describe('Text that the answer must contain.'),
    tls: z.boolean().default(false).describe('Speak TLS and watch the certificate.'),
    tls_server_name: z.string().optional().describe('Name that the certificate must be for; default: the host.'),
    tls_expiry_warning: duration().prefault('14d').describe('A certificate that expires sooner is a `warning`.'),
    tls_insecure: z.boolean().default(false).describe('Accept any TLS certificate.'),
  }),
} as const;

export type ProbeName = keyof typeof COMPONENT_SCHEMAS;
export const PROBE_NAMES = Object.keys(COMPONENT_SCHEMAS) as ProbeName[];

export function isProbeName(value: unknown): value is ProbeName {
  return typeof value === 'string' && Object.hasOwn(COMPONENT_SCHEMAS, value);
}

/** Interval and timeout of probes that need not, or must not, run every second; in milliseconds. */
export const PROBE_TIMING: Partial<Record<ProbeName, { interval: number; timeout: number }>> = {
  websdr: { interval: 60_000, timeout: 10_000 },
  model_info: { interval: 30_000, timeout: 5_000 },
};

type Parsed<P extends ProbeName> = z.output<(typeof COMPONENT_SCHEMAS)[P]>;
type WithoutFiles<T> = { [K in keyof T as K extends `${string}_file` ? never : K]: T[K] };

/**
 * A component that is ready to be probed: defaults filled in, secrets read from their files, `url` present.
 * All durations are in milliseconds.
 */
export type Target<P extends ProbeName = ProbeName> = P extends ProbeName
  ? Omit<WithoutFiles<Parsed<P>>, 'url' | 'interval' | 'timeout' | 'display_name'> &
      ('url' extends keyof Parsed<P> ? { url: string } : unknown) & {
        interval: number;
        timeout: number;
        display_name: string;
      }
  : never;

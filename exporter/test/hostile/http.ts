/** Hostile servers over HTTP: services, S3, RabbitMQ's management API, Grafana. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { repeated, type Attack } from './twin';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that listens nowhere: it is given its connections. */
function serveHttp(handler: Handler): (socket: Socket) => void {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    request.resume();
    response.on('error', () => undefined);
    handler(request, response);
  });
  return (socket) => void server.emit('connection', socket);
}

function writeForever(response: ServerResponse, piece: string): void {
  const go = () => {
    if (response.destroyed || response.socket === null) return;
    if (response.write(piece)) setImmediate(go);
    else response.once('drain', go);
  };
  go();
}

const isMetrics = ({ url = '' }: IncomingMessage) => url.startsWith('/minio/v2/metrics');
const isHealth = ({ url = '' }: IncomingMessage) => url.startsWith('/minio/health');
const LIST = '<ListAllMyBucketsResult><Owner><ID>x</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>';

/** A MinIO whose answers to some questions are changed. */
const s3 = (
  name: string,
  handler: (request: IncomingMessage, response: ServerResponse) => boolean,
  more = {}
): Attack => ({
  name: `s3-${name}`,
  component: (port) => ({
    probe: 'minio',
    url: `http://127.0.0.1:${port}`,
    access_key: 'a-key-of-ours',
    secret_key: 'a-secret-of-ours',
  }),
  serve: serveHttp((request, response) => {
    if (handler(request, response)) return;
    if (isHealth(request)) return void response.end();
    response.setHeader('content-type', 'application/xml').end(isMetrics(request) ? '' : LIST);
  }),
  ...more,
});
const metrics = (name: string, text: string | (() => string)) =>
  s3(
    name,
    (request, response) => {
      if (!isMetrics(request)) return false;
      response.end(typeof text === 'string' ? text : text());
      return true;
    },
    { isUp: true }
  );
const list = (name: string, text: string) =>
  s3(name, (request, response) => {
    if (isMetrics(request) || isHealth(request)) return false;
    response.setHeader('content-type', 'application/xml').end(text);
    return true;
  });
const inBuckets = (text: string) => `<ListAllMyBucketsResult><Buckets>${text}</Buckets></ListAllMyBucketsResult>`;

const management = (name: string, handler: Handler): Attack => ({
  name: `management-${name}`,
  // the broker itself is nobody: only the API is asked, so that it is what does harm
  component: (port) => ({
    probe: 'rabbitmq',
    url: 'amqp://127.0.0.1:1',
    management_url: `http://u:p@127.0.0.1:${port}`,
    queues: ['a', 'b'],
  }),
  serve: serveHttp(handler),
});

const service = (name: string, handler: Handler, more: Partial<Attack> = {}): Attack => ({
  name: `http-${name}`,
  component: (port) => ({ probe: 'http', url: `http://127.0.0.1:${port}/health` }),
  serve: serveHttp(handler),
  ...more,
});
const json = (text: () => string): Handler => {
  return (_request, response) => void response.setHeader('content-type', 'application/json').end(text());
};
const other = (probe: string, name: string, text: () => string, more: Partial<Attack> = {}): Attack => ({
  name: `${probe.replace('_', '-')}-${name}`,
  component: (port) => ({ probe, url: `http://127.0.0.1:${port}`, interval: '1s', timeout: '800ms' }),
  serve: serveHttp(json(text)),
  ...more,
});

let turn = 0;

export const S3_ATTACKS: readonly Attack[] = [
  metrics('metrics-braces', `minio_cluster_drive_offline_total${'{'.repeat(1_000_000)}`),
  metrics('metrics-8-mb', repeated('minio_cluster_drive_offline_total{', 8_000_000)),
  metrics('metrics-labels', repeated('minio_software_version_info{\n', 1_000_000)),
  s3(
    'metrics-endless',
    (request, response) => {
      if (!isMetrics(request)) return false;
      writeForever(response, repeated('minio_x 1\n'));
      return true;
    },
    { isUp: true }
  ),
  s3('list-endless', (request, response) => {
    if (isMetrics(request) || isHealth(request)) return false;
    writeForever(response, repeated('<a>'));
    return true;
  }),
  list('list-attributes', `<ListAllMyBucketsResult ${repeated('a="1" ', 3_900_000)}></ListAllMyBucketsResult>`),
  list('list-equals', `<ListAllMyBucketsResult ${repeated('a=', 1_000_000)}/>`),
  list('list-deep', repeated('<a>', 3_900_000)),
  list('list-wide', inBuckets(repeated('<Bucket/>', 3_900_000))),
  list('list-entities', `<!DOCTYPE x [${repeated('<!ENTITY a "b">', 900_000)}]>${LIST}`),
  list('list-comments', inBuckets(repeated('<!--', 900_000))),
  s3(
    'error-deep',
    (request, response) => {
      if (isMetrics(request) || isHealth(request)) return false;
      response.writeHead(403, { 'content-type': 'application/xml' }).end(repeated('<Error>', 900_000));
      return true;
    },
    { isUp: true }
  ),
];

export const MANAGEMENT_ATTACKS: readonly Attack[] = [
  management(
    'wide',
    json(() => `[${repeated('{},', 4_000_000)}{}]`)
  ),
  management(
    'deep',
    json(() => repeated('[', 4_000_000))
  ),
  management(
    'keys',
    json(() => `[{"running":true,${repeated('"a=a":1,', 4_000_000)}"b":1}]`)
  ),
  management('endless', (_request, response) => writeForever(response, repeated('[{},'))),
];

export const HTTP_ATTACKS: readonly Attack[] = [
  service('endless', (_request, response) => writeForever(response, repeated('x')), { isUp: true }),
  service(
    'deep',
    json(() => `${'['.repeat(30_000)}${']'.repeat(30_000)}`),
    { isUp: true }
  ),
  service(
    'deep-details',
    json(() => `${'{"details":'.repeat(5000)}1${'}'.repeat(5000)}`),
    { isUp: true }
  ),
  service(
    'wide',
    json(() => `[${repeated('{},', 60_000)}{}]`),
    { isUp: true }
  ),
  service(
    'new-dependencies',
    json(() => {
      turn += 1;
      const names = Array.from({ length: 50 }, (_, i) => [`d${turn}x${i}`, 'up']);
      return JSON.stringify({ status: 'ok', dependencies: Object.fromEntries(names) as object });
    }),
    { isUp: true }
  ),
  service(
    'terminal',
    json(() =>
      JSON.stringify({ status: 'degraded', version: '1\u001b[31m\u202e2', message: '\u001b]0;x\u0007\u2066y' })
    ),
    { isUp: true }
  ),
  service('secrets', (_request, response) => response.writeHead(500).end(repeated('token=token=', 65_000))),
  other('websdr', 'wide', () => `{"users":[${repeated('{},', 60_000)}{}]}`, { isUp: true }),
  other('model_info', 'deep', () => `${'{"model":'.repeat(6000)}1${'}'.repeat(6000)}`, { isUp: true }),
];

const manyChecks = (count: number) => {
  const checks = Array.from({ length: count }, (_, i) => [`c${i}`, { status: 'up', time: i }] as const);
  return JSON.stringify({ status: 'ok', checks: Object.fromEntries(checks) });
};

/** As much as they may say, at each question: in one body, and in as many elements. */
export const HTTP_AT_LIMIT: readonly Attack[] = [
  service(
    'much',
    json(() => manyChecks(1800)),
    { isUp: true }
  ),
  service(
    'much-text',
    json(() => JSON.stringify({ status: 'ok', message: 'a: b; '.repeat(10_000) })),
    { isUp: true }
  ),
  {
    name: 'http-much-expected',
    component: (port) => ({
      probe: 'http',
      url: `http://127.0.0.1:${port}`,
      expect: { contains: ['never'], not_matches: 'x(a|b)*y' },
    }),
    serve: serveHttp(json(() => repeated('xababab ', 1_000_000))),
  },
  other('websdr', 'much', () => `{"users":[${repeated('{"a":1},', 60_000)}{}]}`, { isUp: true }),
  other('model_info', 'much', () => manyChecks(1800), { isUp: true }),
  management(
    'much',
    json(() => `{"items":[${'{"name":"a","messages_unacknowledged":3},'.repeat(9000)}{"name":"b"}]}`)
  ),
  metrics('metrics-much', () => repeated('minio_node_drive_free_bytes{drive="/a",server="x"} 1.5e+11\n', 1_000_000)),
  list('list-much', inBuckets('<Bucket><Name>abc</Name></Bucket>'.repeat(4900))),
];

const HEALTH = JSON.stringify({
  status: 'degraded',
  version: '1.2.3',
  uptime_seconds: 17,
  dependencies: { database: { status: 'up', latency_ms: 3 }, cache: 'down' },
  details: [{ name: 'queue', healthy: true }],
});
const METRICS =
  'minio_cluster_drive_offline_total 0\nminio_cluster_drive_online_total 4\n' +
  'minio_node_drive_free_bytes{drive="/a",server="x"} 1.5e+11\nminio_software_version_info{version="2025-09-07T16-13-09Z"} 1\n';
const NODES = JSON.stringify([{ name: 'a', running: true, mem_alarm: false, partitions: [] }]);
const QUEUES = JSON.stringify({ items: [{ name: 'a', messages_unacknowledged: 3 }] });

/** Servers that serve, for bytes to be changed in what they say. */
export const HONEST_HTTP: readonly Attack[] = [
  service(
    'honest',
    json(() => HEALTH)
  ),
  other('websdr', 'honest', () =>
    JSON.stringify({ receiver: { name: 'x', location: 'y' }, max_clients: 9, version: '1' })
  ),
  other('model_info', 'honest', () => JSON.stringify({ model: 'm', version: '1', accuracy: 0.9, metrics: { p95: 1 } })),
  management('honest', (request, response) => void response.end(request.url?.includes('/nodes') ? NODES : QUEUES)),
  s3('honest', (request, response) => {
    if (isMetrics(request)) response.end(METRICS);
    return isMetrics(request);
  }),
];

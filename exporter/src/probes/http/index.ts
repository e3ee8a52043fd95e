/** A web service: the definition of the probe. */
import { defineProbe } from '../definition';
import { checkHttp } from '../http-client/settings';
import { listed } from '../kit/environment';
import { fields } from './settings';

export const http = defineProbe({
  name: 'http',
  kind: 'microservice',
  type: 'service',
  purpose:
    'A request. The code decides, and the body may say more: health documents of any shape are read, dependencies included, see ' +
    '[health documents](health-documents.md); `expect` says otherwise what is healthy. Redirects are not followed.',
  example: `- name: backend
  probe: http
  url: http://backend:8000
  headers: { Host: api.example }
  bearer_token_file: secrets/backend_token
  expect:
    status: ["2xx"]
    json: [{ path: $.queue.length, below: 1000 }]
  depends_on: [postgresql, redis]`,
  fields,
  check(component) {
    const { method, body, expect, expected_status } = component;
    const findings = checkHttp(component);
    if (body !== undefined && (method === 'GET' || method === 'HEAD'))
      findings.push({ path: ['body'], message: `is not sent with ${method}; set method: POST` });
    if (expect?.status && expected_status.length > 0)
      findings.push({ path: ['expected_status'], message: 'expect.status is set too; write them there' });
    const { contains, not_contains, matches, not_matches, json } = expect ?? {};
    if (method === 'HEAD' && (contains ?? not_contains ?? matches ?? not_matches ?? json))
      findings.push({ path: ['expect'], message: 'an answer to HEAD has no body; set method: GET' });
    return findings;
  },
  environment: {
    variable: 'SERVICES',
    example: 'backend=http://backend:8000,training=http://training:8001',
    describes: 'services',
    isList: true,
    read: (get) => listed('SERVICES', get('SERVICES')),
  },
  gauges: [
    { name: 'component_http_status_code', help: 'HTTP status code of the last answer.' },
    { name: 'component_http_uptime_seconds', help: 'How long the service has been running, as it says itself.' },
    {
      name: 'component_http_dependency_up',
      help: 'Whether a dependency is up, as the service says: 1, or 0 when unhealthy.',
      labels: ['dependency'],
    },
    {
      name: 'component_http_certificate_expiry_timestamp_seconds',
      help: 'When the TLS certificate of the server expires, as a Unix time in seconds.',
    },
  ],
  row: {
    title: 'Services',
    prefix: 'component_http_',
    panels: [
      {
        title: 'Its own dependencies',
        description: 'As its health page says: 1 works, 0 does not.',
        unit: 'none',
        series: { dependency_up: '{{dependency}}' },
      },
      {
        title: 'HTTP status',
        description: 'Code of the last answer.',
        unit: 'none',
        series: { status_code: 'code' },
      },
      {
        title: 'Uptime',
        description: 'As it says itself; falls to 0 at a restart.',
        unit: 's',
        series: { uptime_seconds: 'uptime' },
      },
      {
        title: 'Certificate',
        description: 'Time until it expires.',
        unit: 's',
        series: { certificate_expiry_timestamp_seconds: 'left' },
      },
    ],
  },
  figures: [
    { show: 'duration', label: 'uptime', keys: ['uptime_seconds', 'http_uptime_seconds'] },
    { show: 'days', label: 'certificate', keys: ['certificate_days'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});

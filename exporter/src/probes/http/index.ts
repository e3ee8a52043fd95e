/** A web service: what the probe says of itself. */
import { listed } from '../kit/environment';
import { defineProbe } from '../definition';
import { fields } from './settings';

export const http = defineProbe({
  name: 'http',
  kind: 'microservice',
  type: 'service',
  purpose:
    'A GET. The body may say more: the common shapes of health documents (Spring Boot, health+json, ASP.NET, MicroProfile, terminus, plain ' +
    'words) are read, dependencies included. Redirects are not followed.',
  example: `- name: backend
  probe: http
  url: http://backend:8000
  headers: { Host: api.example }
  bearer_token_file: secrets/backend_token
  depends_on: [postgresql, redis]`,
  fields,
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
    ],
  },
  figures: [{ show: 'duration', label: 'uptime', keys: ['uptime_seconds', 'http_uptime_seconds'] }],
  load: () => require('./probe') as typeof import('./probe'),
});

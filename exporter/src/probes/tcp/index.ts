/** A TCP port: the definition of the probe. */
import { checkTls } from '../../fields/tls';
import { defineProbe } from '../definition';
import { fields } from './settings';

export const tcp = defineProbe({
  name: 'tcp',
  kind: 'infrastructure',
  type: 'service',
  purpose:
    'A connection to any TCP port; with `tls`, its certificate is checked too. Without `expect` it only shows that connections are ' +
    'accepted; for MySQL and MariaDB, use the probe `mysql`. Those block hosts that connect and send nothing: the probe recognizes them by their greeting, waits for it, and ' +
    'answers with a login as `onehertz` without a password. The login is rejected, and logged by some versions; ' +
    "`CREATE USER onehertz@'%'` without any privileges avoids that.",
  example: `- name: mail
  probe: tcp
  address: mail.example:465
  tls: true
  tls_expiry_warning: 21d
  interval: 30s
  timeout: 5s`,
  fields,
  check(component) {
    if (component.address !== undefined && component.url !== undefined)
      return [{ path: ['url'], message: 'address is set too; keep one of them' }];
    if (component.tls) return checkTls(component);
    const useless = (['tls_server_name', 'tls_insecure'] as const).filter((key) => component[key]);
    return useless.map((key) => ({ path: [key], message: 'has no effect without tls: true' }));
  },
  gauges: [
    {
      name: 'component_tcp_certificate_expiry_timestamp_seconds',
      help: 'When the TLS certificate of the server expires, as a Unix time in seconds.',
    },
  ],
  row: {
    title: 'TLS',
    prefix: 'component_tcp_',
    panels: [
      {
        title: 'Certificate',
        description: 'Time until it expires.',
        unit: 's',
        series: { certificate_expiry_timestamp_seconds: 'left' },
      },
    ],
  },
  figures: [{ show: 'days', label: 'certificate', keys: ['certificate_days'] }],
  load: () => require('./probe') as typeof import('./probe'),
});

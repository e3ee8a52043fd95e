/** PostgreSQL: the definition of the probe. */
import { checkTls } from '../../fields/tls';
import { defineProbe } from '../definition';
import { single } from '../kit/environment';
import { fields } from './settings';
import { ofApplication } from './url/application-url';
import { checkBesideUrl } from './url/tls-beside-url';

export const postgresql = defineProbe({
  name: 'postgresql',
  kind: 'infrastructure',
  type: 'database',
  purpose:
    'A `SELECT` on a kept session, and every few seconds a connection that ends before it logs in: a server whose postmaster hangs answers ' +
    'the first and not the second. PostgreSQL does not count such a connection, and logs it only with `log_connections`; where no password ' +
    'is asked for, the session is closed properly. There is never more than one connection beside the kept session: this check, or, every ' +
    'five minutes and less often where it takes long, a session that reads the size of the database. Sessions are named ' +
    '`onehertz:<component>`. The role needs no rights beyond `CONNECT`; figures that it may not read are absent. ' +
    '`GRANT pg_monitor TO <role>` adds the transactions of other sessions, the lag of standbys, and whether a standby uses ' +
    '`restore_command`. A `CONNECTION LIMIT` of the role, or the pool of a pooler, must allow two connections, or the size is absent. The ' +
    'kept session blocks `DROP DATABASE`, renaming, and the use as a template (`WITH (FORCE)` ends it): if you do that, let the URL name a ' +
    'database such as `postgres`. Login event triggers run once for each session, not for the check. The console of PgBouncer ' +
    '(`/pgbouncer`) is asked for its version.',
  example: `- name: postgresql
  probe: postgresql
  url: \${DATABASE_URL}
  critical: true
  degraded_above: 250ms`,
  fields,
  check: (component) => [...checkTls(component), ...checkBesideUrl(component)],
  environment: {
    variable: 'DATABASE_URL',
    describes: '`postgresql`; the driver of SQLAlchemy is left out, and so are parameters that only other drivers know',
    read: (get) => single('DATABASE_URL', 'postgresql', ofApplication(get('DATABASE_URL'))),
  },
  gauges: [
    { name: 'component_postgresql_connections', help: 'Open client connections.' },
    { name: 'component_postgresql_connections_max', help: 'The setting max_connections.' },
    {
      name: 'component_postgresql_replication_lag_seconds',
      help: 'How far this standby is behind, or the last standby of this primary; absent without replication.',
    },
    { name: 'component_postgresql_database_size_bytes', help: 'Size of the database that is connected to.' },
    {
      name: 'component_postgresql_longest_transaction_seconds',
      help: 'Age of the oldest open transaction of a client; 0 when none is open.',
    },
  ],
  row: {
    title: 'PostgreSQL',
    prefix: 'component_postgresql_',
    panels: [
      {
        title: 'Connections',
        description: 'At the limit no new connection is accepted.',
        unit: 'none',
        series: {
          connections: 'open',
          connections_max: 'limit',
        },
      },
      {
        title: 'Longest transaction, replication lag',
        description: 'A transaction that stays open holds locks and keeps dead rows alive.',
        unit: 's',
        series: {
          longest_transaction_seconds: 'longest transaction',
          replication_lag_seconds: 'replication lag',
        },
      },
      {
        title: 'Database size',
        description: 'Of the database that is connected to.',
        unit: 'bytes',
        series: { database_size_bytes: 'size' },
      },
    ],
  },
  figures: [
    { show: 'value', keys: ['database_bytes', 'postgresql_database_size_bytes'] },
    { show: 'count', noun: 'connection', keys: ['connections', 'postgresql_connections'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});

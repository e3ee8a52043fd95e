/** PostgreSQL: what the probe says of itself. */
import { single } from '../kit/environment';
import { defineProbe } from '../definition';
import { ofApplication } from './application-url';
import { fields } from './settings';

export const postgresql = defineProbe({
  name: 'postgresql',
  kind: 'infrastructure',
  type: 'database',
  purpose:
    'A `SELECT` on a kept session, and every few seconds a knock at the door: a server whose postmaster hangs answers the one and ' +
    'takes nobody new. Whoever knocks goes away when the password is asked for, which PostgreSQL neither logs (but for ' +
    '`log_connections`) nor counts; a server that asks for none gets a goodbye. Beside the kept session there is never more than one ' +
    'other: that knock, or every five minutes, more seldom where it takes long, a session that reads the size of the database. The ' +
    'sessions are named `onehertz:<component>`. The role needs no rights beyond `CONNECT`; what it may not see is left out. ' +
    '`GRANT pg_monitor TO <role>` adds the transactions of other sessions, the lag of standbys, and whether a standby lives on ' +
    '`restore_command`. A `CONNECTION LIMIT` of the role, or the pool of a pooler, needs room for two, or the size is not known. The kept session ' +
    'stands in the way of `DROP DATABASE`, of renaming it and of using it as a template (`WITH (FORCE)` ends it): where that is done, let ' +
    'the URL name a database such as `postgres`. Login event triggers run for each session, not for a knock. The console of ' +
    'PgBouncer (`/pgbouncer`) is asked for its version.',
  example: `- name: postgresql
  probe: postgresql
  url: \${DATABASE_URL}
  critical: true
  degraded_above: 250ms`,
  fields,
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
        description: 'At the limit nobody new gets in.',
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

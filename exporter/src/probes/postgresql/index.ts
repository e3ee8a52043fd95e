/** PostgreSQL: what the probe says of itself. */
import { single, withoutDriver } from '../kit/environment';
import { defineProbe } from '../definition';
import { fields } from './settings';

export const postgresql = defineProbe({
  name: 'postgresql',
  kind: 'infrastructure',
  type: 'database',
  purpose:
    'A `SELECT` on a kept connection, and every few seconds a new connection: a server whose postmaster hangs answers the one and ' +
    'refuses the other. The role needs no rights beyond `CONNECT`; membership in `pg_monitor` adds the numbers of other sessions.',
  example: `- name: postgresql
  probe: postgresql
  url: \${DATABASE_URL}
  critical: true
  degraded_above: 250ms`,
  fields,
  environment: {
    variable: 'DATABASE_URL',
    describes: '`postgresql`',
    read: (get) => single('DATABASE_URL', 'postgresql', withoutDriver(get('DATABASE_URL'))),
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

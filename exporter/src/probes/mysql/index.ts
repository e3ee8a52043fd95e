/** MySQL and MariaDB: what the probe says of itself. */
import { checkTls } from '../../fields/tls';
import { defineProbe } from '../definition';
import { single, withoutDriver } from '../kit/environment';
import { problemOf } from './address';
import { fields } from './settings';

export const mysql = defineProbe({
  name: 'mysql',
  kind: 'infrastructure',
  type: 'database',
  purpose: `MySQL and MariaDB: a \`SELECT 1\` on a kept session, and every ten seconds a new session, which also reads the figures: a
server that has reached its connection limit still answers the first, but rejects the second. There is never more than one session beside the kept one, and no login is
aborted, because the server counts aborted logins and blocks the host after \`max_connect_errors\` of them. Sessions are marked with
\`program_name=onehertz:<component>\`, and limit themselves with \`max_statement_time\` (MySQL: \`max_execution_time\`) and \`wait_timeout\`.

The user needs no privileges: \`CREATE USER onehertz@'%' IDENTIFIED BY '…'\`. Replication state and lag need
\`GRANT REPLICA MONITOR ON *.* TO onehertz@'%'\` in MariaDB, and
\`GRANT REPLICATION CLIENT ON *.* TO onehertz@'%'\` in MySQL and before MariaDB 10.5. With \`MAX_USER_CONNECTIONS\`, allow two connections; a limit per hour does not work, because the probe runs about 85 statements a minute.

\`caching_sha2_password\`, the default authentication of MySQL, is safe only over TLS: without it, the client encrypts the password with a key that the
server sends, whoever that is. Set \`tls\`; for the certificate that MySQL generates itself, with \`ca_file\` (its \`ca.pem\`) and \`server_name\`
(\`MySQL_Server_<version>_Auto_Generated_Server_Certificate\`). Without TLS, set \`server_public_key_file\` to its \`public_key.pem\`. Without either, the probe never sends
the password, even if the server's cache would let the user in until it is restarted.`,
  example: `- name: orders-db
  probe: mysql
  url: mysql://onehertz@mysql:3306
  password_file: secrets/mysql_password`,
  fields,
  check(component) {
    const { url } = component;
    const problem = url === undefined ? undefined : problemOf(url);
    return [...checkTls(component), ...(problem === undefined ? [] : [{ path: ['url'], message: problem }])];
  },
  environment: {
    variable: 'MYSQL_URL',
    describes: '`mysql`; the driver of SQLAlchemy is left out',
    read: (get) => single('MYSQL_URL', 'mysql', withoutDriver(get('MYSQL_URL'))),
  },
  gauges: [
    { name: 'component_mysql_connections', help: 'Open client connections.' },
    { name: 'component_mysql_connections_max', help: 'The setting max_connections.' },
    { name: 'component_mysql_threads_running', help: 'Threads that are not asleep.' },
    { name: 'component_mysql_uptime_seconds', help: 'Time since the server was started.' },
    { name: 'component_mysql_read_only', help: '1 if ordinary users may not write (read_only), else 0.' },
    {
      name: 'component_mysql_replication_lag_seconds',
      help: 'How far this replica is behind the one of its sources from which it is furthest; absent while it is not known.',
    },
    { name: 'component_mysql_replication_up', help: 'Replicas: 1 while all threads of replication run, else 0.' },
  ],
  row: {
    title: 'MySQL and MariaDB',
    prefix: 'component_mysql_',
    panels: [
      {
        title: 'Connections',
        description: 'At the limit no new connection is accepted.',
        unit: 'none',
        series: { connections: 'open', connections_max: 'limit', threads_running: 'running threads' },
      },
      {
        title: 'Replication lag',
        description: 'Of replicas, while it is known.',
        unit: 's',
        series: { replication_lag_seconds: 'replication lag' },
      },
      {
        title: 'Replication, read-only',
        description: '1: the threads of replication run; ordinary users may not write.',
        unit: 'none',
        series: { replication_up: 'replicates', read_only: 'read-only' },
      },
    ],
  },
  figures: [
    { show: 'share', noun: 'connections', keys: ['connections'], of: 'max_connections' },
    { show: 'share', noun: 'connections', keys: ['mysql_connections'], of: 'mysql_connections_max' },
    { show: 'duration', label: 'uptime', keys: ['uptime_s', 'mysql_uptime_seconds'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});

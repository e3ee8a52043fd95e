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
  purpose: `MySQL and MariaDB: a \`SELECT 1\` on a kept session, and every ten seconds a new one, which reads the figures and leaves with a goodbye: a
server that is full answers the one and takes nobody new. Beside the kept session there is never more than one other, and no log-in is
broken off: the server would count it, and lock this host out after \`max_connect_errors\` of them. The sessions say
\`program_name=onehertz:<component>\`, and limit themselves by \`max_statement_time\` (\`max_execution_time\` of MySQL) and \`wait_timeout\`.

The user needs no rights at all: \`CREATE USER onehertz@'%' IDENTIFIED BY '…'\`. How far a replica is behind, and whether it
replicates, is told to those who may ask: \`GRANT REPLICA MONITOR ON *.* TO onehertz@'%'\` in MariaDB,
\`GRANT REPLICATION CLIENT ON *.* TO onehertz@'%'\` in MySQL and before MariaDB 10.5. A user with \`MAX_USER_CONNECTIONS\` needs two, one with a limit per hour is no good: a minute takes some 85 statements.

MySQL's usual way to log in, \`caching_sha2_password\`, is safe over TLS only: without, the client encrypts the password with a key that whoever
answers sends it. Set \`tls\`; for the certificate that MySQL makes itself with \`ca_file\`, its \`ca.pem\`, and \`server_name\`,
\`MySQL_Server_<version>_Auto_Generated_Server_Certificate\`. Without TLS, set \`server_public_key_file\` to its \`public_key.pem\`; with neither, no password
is given to it, also where its cache would let the user in until it is started anew.`,
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
        description: 'At the limit nobody new gets in.',
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

/** The MariaDB behind the matrix of faults: three accounts, each of which it can be told to refuse. */
import { startMariadb } from '@onehertz/demo';
import type { OwnServer } from '../../faults/own-servers';
import { ACCOUNTS, CHANGED, PASSWORD } from '../../faults/servers';
import { sql } from './sql';

export async function startServer(): Promise<OwnServer> {
  const server = await startMariadb({ password: PASSWORD, maxConnections: 200 });
  const run = async (...statements: string[]) => void (await sql(server.url, ...statements));
  await run(
    ...ACCOUNTS.map((name) => `CREATE USER \`${name}\`@'%' IDENTIFIED BY '${PASSWORD}'`),
    'CREATE DATABASE guarded',
    "GRANT SELECT ON guarded.* TO rights@'%'"
  );
  return Object.assign(Object.create(server) as OwnServer, {
    async refuse() {
      await run(
        `ALTER USER login@'%' IDENTIFIED BY '${CHANGED}'`,
        "REVOKE SELECT ON guarded.* FROM rights@'%'",
        "ALTER USER `limit`@'%' WITH MAX_CONNECTIONS_PER_HOUR 1"
      );
      // that was the one
      await sql(server.url.replace(/\/\/\w+/, '//limit'), 'DO 1').catch(() => undefined);
    },
    accept: () =>
      run(
        `ALTER USER login@'%' IDENTIFIED BY '${PASSWORD}'`,
        "GRANT SELECT ON guarded.* TO rights@'%'",
        "ALTER USER `limit`@'%' WITH MAX_CONNECTIONS_PER_HOUR 0",
        'FLUSH USER_RESOURCES'
      ),
  });
}

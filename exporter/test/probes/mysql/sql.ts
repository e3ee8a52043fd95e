/** What tests ask a MariaDB themselves, by a client of their own. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { networkInterfaces } from 'node:os';

/** Where a server can be reached from outside: of connections from 127.0.0.1 it keeps no count. */
export const OUTER_ADDRESS = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** As the user of `url`; returns the rows of the last one. */
export async function sql(url: string, ...statements: string[]): Promise<RowDataPacket[]> {
  const client = await createConnection(url);
  let rows: RowDataPacket[] = [];
  try {
    for (const statement of statements) {
      const [result] = await client.query(statement);
      if (Array.isArray(result)) rows = result as RowDataPacket[];
    }
  } finally {
    await client.end();
  }
  return rows;
}

/** The server's counters by name. @param like a pattern of SQL */
export async function statusOf(url: string, like: string): Promise<Record<string, number>> {
  const rows = await sql(url, `SHOW GLOBAL STATUS LIKE '${like}'`);
  return Object.fromEntries(rows.map((row) => [row.Variable_name as string, Number(row.Value)]));
}

/** What the server holds against {@link OUTER_ADDRESS}; it needs performance_schema. */
export async function hostErrors(url: string): Promise<number> {
  const [row] = await sql(
    url,
    `SELECT sum_connect_errors AS errors FROM performance_schema.host_cache WHERE ip = '${OUTER_ADDRESS}'`
  );
  return Number(row?.['errors'] ?? 0);
}

/** Statements of the tests, by a client of their own. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';

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

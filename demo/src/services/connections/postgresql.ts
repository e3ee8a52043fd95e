import { Pool } from 'pg';
import type { Dependency } from './dependency';

export interface Database extends Dependency {
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** Pool connections are opened on demand and replaced after a failure; queries time out after a second. */
export function createDatabase(url: string, required: boolean): Database {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 1000,
    query_timeout: 1000,
    keepAlive: true,
    application_name: 'onehertz-demo',
  });
  // without a listener, the error of a lost connection would end the process
  pool.on('error', () => undefined);
  return {
    name: 'postgresql',
    required,
    check: () => pool.query('SELECT 1'),
    query: async <Row extends object>(text: string, values?: unknown[]) => (await pool.query<Row>(text, values)).rows,
    close: () => void pool.end().catch(() => undefined),
  };
}

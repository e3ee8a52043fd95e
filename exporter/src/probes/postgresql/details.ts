/** What PostgreSQL says of itself, in one query. */
import type { Client } from 'pg';

export interface PostgresqlDetails {
  /** `15.18` */
  version: string;
  role: 'primary' | 'standby';
  /** Of clients, this probe's own included. */
  connections: number;
  maxConnections: number;
  databaseBytes: number;
  /** Age of the oldest open transaction, of those that the user may see; 0 when there is none. */
  longestTransactionSeconds: number;
  /** A standby: how far it is behind. A primary: how far its last standby is; `undefined` without any, or where the user may not see it. */
  replicationLagSeconds: number | undefined;
}

interface Row {
  version: string;
  standby: boolean;
  connections: number;
  max_connections: number;
  database_bytes: number;
  longest_transaction_s: number | null;
  lag_s: number | null;
}

/**
 * Works for any role from PostgreSQL 10 on; without `pg_monitor` the rows of others come without `backend_type` and `xact_start`.
 * Standby: nothing left to replay is a lag of 0 only while something is received, else the time since the last replayed
 * transaction counts (which grows also on an idle primary whose standby is cut off: that is not known here).
 * https://www.postgresql.org/docs/current/monitoring-stats.html
 */
const DETAILS = `
  WITH client AS (
    SELECT pid, xact_start FROM pg_stat_activity
    WHERE usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend')
  SELECT current_setting('server_version') AS version,
    pg_is_in_recovery() AS standby,
    (SELECT count(*) FROM client)::int AS connections,
    current_setting('max_connections')::int AS max_connections,
    pg_database_size(current_database())::float8 AS database_bytes,
    (SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) FROM client
      WHERE pid <> pg_backend_pid())::float8 AS longest_transaction_s,
    (CASE
      WHEN NOT pg_is_in_recovery() THEN (SELECT extract(epoch FROM max(replay_lag)) FROM pg_stat_replication)
      WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
      ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
    END)::float8 AS lag_s`;

/** Asks on a session of its own; what hangs ends when that session is destroyed. */
export async function readDetails(client: Client): Promise<PostgresqlDetails> {
  const { rows } = await client.query<Row>(DETAILS);
  const row = rows[0];
  if (!row) throw new Error('the query for details returned nothing');
  return {
    version: /^\d+(\.\d+)*/.exec(row.version)?.[0] ?? row.version,
    role: row.standby ? 'standby' : 'primary',
    connections: row.connections,
    maxConnections: row.max_connections,
    databaseBytes: row.database_bytes,
    longestTransactionSeconds: Math.max(0, row.longest_transaction_s ?? 0),
    replicationLagSeconds: row.lag_s === null ? undefined : Math.max(0, row.lag_s),
  };
}

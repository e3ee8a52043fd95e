/** The queries for PostgreSQL's statistics, one per figure. */

/** A figure that could not be read is absent; `null` means that there is none. */
export interface Figures {
  /** `15.18` */
  version: string;
  standby: boolean;
  /** Standby: whether a sender is connected. */
  receives: boolean;
  /** Standby: whether restore_command is set; `null` if not visible to the user. */
  restores: boolean | null;
  /** Where it was said that all transactions are read-only unless they ask for more; `null` where it was not. */
  readOnlyBy: string | null;
  /** Process that answers; behind a pooler not the one that the greeting named. */
  processId: number;
  /** Client connections, including this probe's. */
  connections: number;
  maxConnections: number;
  /** Connections reserved for superusers. */
  reservedConnections: number;
  databaseBytes: number;
  /** Age of the oldest open transaction visible to the user; `null` if there is none. */
  longestTransactionSeconds: number | null;
  /** Standby: its lag. Primary: the lag of its last standby; `null` without one, or if not visible to the user. */
  replicationLagSeconds: number | null;
}

export type FigureName = keyof Figures;
export type CheapFigure = Exclude<FigureName, 'databaseBytes'>;

/**
 * Client sessions. Without `pg_monitor`, other sessions have no `backend_type` and `xact_start`, so other processes are
 * excluded by other signs: server processes have no database, replication senders and workers are listed elsewhere.
 * https://www.postgresql.org/docs/current/monitoring-stats.html
 */
const CLIENTS = `
  FROM pg_catalog.pg_stat_activity
  WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND (backend_type = 'client backend' OR backend_type IS NULL
    AND pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_get_wal_senders())
    AND pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_subscription WHERE pid IS NOT NULL))`;

const RECEIVES = 'EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver)';

/**
 * Figures that take a few milliseconds at most, in one statement as long as all are allowed. PostgreSQL 10 and later.
 */
export const CHEAP: Readonly<Record<CheapFigure, string>> = {
  version: `pg_catalog.current_setting('server_version')`,
  standby: 'pg_catalog.pg_is_in_recovery()',
  receives: RECEIVES,
  restores: `(SELECT setting <> '' FROM pg_catalog.pg_settings WHERE name = 'restore_command')`,
  readOnlyBy: `(SELECT source FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only' AND setting = 'on')`,
  processId: 'pg_catalog.pg_backend_pid()',
  connections: `(SELECT pg_catalog.count(*)${CLIENTS})::int`,
  maxConnections: `pg_catalog.current_setting('max_connections')::int`,
  reservedConnections: `(SELECT pg_catalog.sum(setting::int) FROM pg_catalog.pg_settings
    WHERE name IN ('superuser_reserved_connections', 'reserved_connections'))::int`,
  longestTransactionSeconds: `(SELECT extract(epoch FROM pg_catalog.max(pg_catalog.clock_timestamp() - xact_start))${CLIENTS}
    AND pid <> pg_catalog.pg_backend_pid())::float8`,
  // Standby: with nothing left to replay the lag is 0 only while it is receiving; otherwise the time since the last
  // replayed transaction counts (which also grows on an idle primary whose standby is disconnected, as that is not
  // known here).
  replicationLagSeconds: `(CASE
    WHEN NOT pg_catalog.pg_is_in_recovery()
      THEN (SELECT extract(epoch FROM pg_catalog.max(replay_lag)) FROM pg_catalog.pg_stat_replication)
    WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() AND ${RECEIVES} THEN 0
    ELSE extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())
  END)::float8`,
};

/** Reads the size of each file of the database: takes milliseconds, or a minute. */
export const SIZE = 'pg_catalog.pg_database_size(pg_catalog.current_database())::float8';

/** One statement that returns figures by name, with a server-side timeout of `timeoutMs`. */
export function statementOf(figures: Readonly<Partial<Record<FigureName, string>>>, timeoutMs: number): string {
  const columns = Object.entries(figures).map(([name, sql]) => `${sql} AS "${name}"`);
  // LOCAL, because a pooler passes the session on; both statements are one transaction.
  return `SET LOCAL statement_timeout = ${timeoutMs}; SELECT ${columns.join(', ')}`;
}

/** What PostgreSQL is asked of itself: figure by figure, each with what it takes. */

/** What is known; a figure that could not be read is absent, `null` one that there is none of. */
export interface Figures {
  /** `15.18` */
  version: string;
  standby: boolean;
  /** A standby: whether something sends to it. */
  receives: boolean;
  /** Whether a standby is fed by restore_command; `null` where the user may not see it. */
  restores: boolean | null;
  /** Where it was said that all transactions are read-only unless they ask for more; `null` where it was not. */
  readOnlyBy: string | null;
  /** Process that answers; behind a pooler not the one that the greeting named. */
  processId: number;
  /** Of clients, this probe's own included. */
  connections: number;
  maxConnections: number;
  /** Those that ordinary roles do not get. */
  reservedConnections: number;
  databaseBytes: number;
  /** Age of the oldest open transaction, of those that the user may see; `null` when there is none. */
  longestTransactionSeconds: number | null;
  /** A standby: how far it is behind. A primary: how far its last standby is; `null` without any, or where the user may not see it. */
  replicationLagSeconds: number | null;
}

export type FigureName = keyof Figures;
export type CheapFigure = Exclude<FigureName, 'databaseBytes'>;

/**
 * Sessions of clients. Without `pg_monitor` those of others come without `backend_type` and `xact_start`, so what is none is taken
 * away by other signs: processes of the server belong to no database, senders and appliers of replication are listed elsewhere.
 * https://www.postgresql.org/docs/current/monitoring-stats.html
 */
const CLIENTS = `
  FROM pg_catalog.pg_stat_activity
  WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND (backend_type = 'client backend' OR backend_type IS NULL
    AND pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_get_wal_senders())
    AND pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_subscription WHERE pid IS NOT NULL))`;

const RECEIVES = 'EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver)';

/** Those that take a server a few milliseconds at most; all in one statement while each can be had. From PostgreSQL 10 on. */
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
  // Standby: nothing left to replay is a lag of 0 only while something is received, else the time since the last replayed
  // transaction counts (which grows also on an idle primary whose standby is cut off: that is not known here).
  replicationLagSeconds: `(CASE
    WHEN NOT pg_catalog.pg_is_in_recovery()
      THEN (SELECT extract(epoch FROM pg_catalog.max(replay_lag)) FROM pg_catalog.pg_stat_replication)
    WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() AND ${RECEIVES} THEN 0
    ELSE extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())
  END)::float8`,
};

/** It looks at each file of the database: milliseconds, or a minute. */
export const SIZE = 'pg_catalog.pg_database_size(pg_catalog.current_database())::float8';

/** One statement that gives figures by their names, and that the server itself ends after `timeoutMs`, wherever it runs. */
export function statementOf(figures: Readonly<Partial<Record<FigureName, string>>>, timeoutMs: number): string {
  const columns = Object.entries(figures).map(([name, sql]) => `${sql} AS "${name}"`);
  // Local, as a pooler gives the session to somebody else afterwards; both statements are one transaction.
  return `SET LOCAL statement_timeout = ${timeoutMs}; SELECT ${columns.join(', ')}`;
}

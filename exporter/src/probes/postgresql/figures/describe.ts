/** Converts the figures of a server to a result. */
import type { GaugeSample, JsonValue, ProbeResult } from '../../probe';
import type { Figures } from './figures';

type Described = Pick<ProbeResult, 'message' | 'details' | 'gauges'> & {
  /** Problems derived from the figures alone. */
  trouble?: string;
  /** Only superusers can connect, according to the figures; the server's own error takes precedence. */
  full?: string;
};

export function describeFigures(found: Partial<Figures>): Described {
  const samples: GaugeSample[] = [];
  const details: Record<string, JsonValue> = {};
  const parts: string[] = [];
  const gauge = (what: string, value: number | null | undefined) => {
    if (typeof value === 'number') samples.push({ name: `component_postgresql_${what}`, value: Math.max(0, value) });
  };
  const { standby, connections, maxConnections, databaseBytes, longestTransactionSeconds: longest } = found;
  if (standby !== undefined) details.role = standby ? 'standby' : 'primary';
  if (connections !== undefined) details.connections = connections;
  if (maxConnections !== undefined) details.max_connections = maxConnections;
  if (databaseBytes !== undefined) details.database_bytes = databaseBytes;
  gauge('connections', connections);
  gauge('connections_max', maxConnections);
  gauge('database_size_bytes', databaseBytes);
  // without transactions the age is 0
  if (longest !== undefined) gauge('longest_transaction_seconds', longest ?? 0);
  const lag = found.replicationLagSeconds;
  gauge('replication_lag_seconds', lag);
  if (typeof lag === 'number') details.replication_lag_s = tenths(lag);
  if (standby) parts.push(typeof lag === 'number' ? `standby, ${tenths(lag)} s behind` : 'standby');
  if (connections !== undefined)
    parts.push(
      maxConnections === undefined ? `${connections} connections` : `${connections} of ${maxConnections} connections`
    );
  // short transactions are normal and not reported
  const seconds = Math.round(longest ?? 0);
  if (seconds > 0) details.longest_transaction_s = seconds;
  const message = parts.length === 0 ? undefined : parts.join('; ');
  return { message, details, gauges: samples, trouble: troubleOf(found), full: fullnessOf(found) };
}

const tenths = (seconds: number) => Math.round(Math.max(0, seconds) * 10) / 10;

function troubleOf({ standby, receives, restores }: Partial<Figures>): string | undefined {
  if (!standby || receives !== false || restores === true) return undefined;
  const advice = 'is its primary up, and primary_conninfo right?';
  // if restore_command is not visible, a standby fed by it cannot be distinguished from one without a source
  const right = restores === null ? ' (if restore_command feeds it, grant pg_monitor to the user)' : '';
  return `a standby without a WAL receiver: it gets nothing; ${advice}${right}`;
}

function fullnessOf({ connections, maxConnections, reservedConnections }: Partial<Figures>): string | undefined {
  if (connections === undefined || maxConnections === undefined || reservedConnections === undefined) return undefined;
  if (connections < maxConnections - reservedConnections) return undefined;
  const taken = `${connections} of ${maxConnections}, ${reservedConnections} are reserved`;
  return `lets in nobody but superusers: too many connections (${taken}); raise max_connections, or find out who holds them`;
}

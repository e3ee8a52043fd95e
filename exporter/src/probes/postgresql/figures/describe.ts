/** Converts the figures of a server to a result. */
import type { GaugeSample, JsonValue, ProbeResult } from '../../probe';
import type { Figures } from './figures';

type Described = Pick<ProbeResult, 'message' | 'details' | 'gauges'> & {
  /** Problems derived from the figures alone. */
  trouble?: string;
  /** What somebody should look at, though it works. */
  attention?: string;
  /** That nobody but a superuser gets in, by these figures: what the server itself says of that comes first. */
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
  const judged = { trouble: troubleOf(found), attention: attentionOf(found), full: fullnessOf(found) };
  return { message, details, gauges: samples, ...judged };
}

const tenths = (seconds: number) => Math.round(Math.max(0, seconds) * 10) / 10;

function troubleOf({ standby, receives, restores }: Partial<Figures>): string | undefined {
  if (!standby || receives !== false || restores === true) return undefined;
  const advice = 'is its primary up, and primary_conninfo right?';
  // if restore_command is not visible, a standby fed by it cannot be distinguished from one without a source
  const right = restores === null ? ' (if restore_command feeds it, grant pg_monitor to the user)' : '';
  return `a standby without a WAL receiver: it receives no changes; ${advice}${right}`;
}

/** Of a role alone it is how careful people give rights to a monitor; for everybody, what a full disk or a move makes of a server. */
function attentionOf({ standby, readOnlyBy }: Partial<Figures>): string | undefined {
  if (standby !== false || readOnlyBy == null || /user|client|session/.test(readOnlyBy)) return undefined;
  const [whom, how] =
    readOnlyBy === 'database' ? ['this database', 'ALTER DATABASE'] : ['the whole server', 'ALTER SYSTEM'];
  return `rejects writes: default_transaction_read_only is on for ${whom}; is its disk full? ${how} … RESET turns it off`;
}

function fullnessOf({ connections, maxConnections, reservedConnections }: Partial<Figures>): string | undefined {
  if (connections === undefined || maxConnections === undefined || reservedConnections === undefined) return undefined;
  if (connections < maxConnections - reservedConnections) return undefined;
  const taken = `${connections} of ${maxConnections}, ${reservedConnections} are reserved`;
  return `accepts no new connections except from superusers: too many connections (${taken}); raise max_connections, or find out which clients hold them`;
}

/** From what is known of a server to what people read of it. */
import type { GaugeSample, JsonValue, ProbeResult } from '../probe';
import type { Figures } from './figures';

type Described = Pick<ProbeResult, 'message' | 'details' | 'gauges'> & {
  /** What is wrong by these figures alone. */
  trouble: string | undefined;
};

/** @param mayNotAsk whether the user may not ask for the state of replication */
export function describeFigures(software: string, found: Partial<Figures>, mayNotAsk: boolean): Described {
  const { connections, maxConnections, threadsRunning, uptimeSeconds, readOnly, isReplica, replication } = found;
  const lag = replication?.lagSeconds ?? undefined;
  const parts = [software];
  if (replication) parts.push(lag === undefined ? 'replica' : `replica, ${lag} s behind`);
  else if (readOnly === true) parts.push('read-only');
  if (connections !== undefined)
    parts.push(`${connections} ${maxConnections === undefined ? '' : `of ${maxConnections} `}connections`);
  // only where there is something to be known
  if (mayNotAsk && (readOnly === true || found.replicates === true))
    parts.push(`replication lag unknown: GRANT ${rightFor(software)} ON *.* to its user`);
  return {
    message: parts.join('; '),
    details: present<JsonValue>({
      software,
      role: isReplica === undefined ? undefined : isReplica ? 'replica' : 'primary',
      connections,
      max_connections: maxConnections,
      threads_running: threadsRunning,
      read_only: readOnly,
      replication_lag_s: lag,
      uptime_s: uptimeSeconds,
    }),
    gauges: gaugesOf({
      connections,
      connections_max: maxConnections,
      threads_running: threadsRunning,
      uptime_seconds: uptimeSeconds,
      read_only: readOnly === undefined ? undefined : Number(readOnly),
      replication_lag_seconds: lag,
      replication_up: replication && Number(replication.trouble === undefined),
    }),
    trouble: replication?.trouble,
  };
}

const rightFor = (software: string) => (software === 'MariaDB' ? 'REPLICA MONITOR' : 'REPLICATION CLIENT');

function gaugesOf(values: Record<string, number | undefined>): GaugeSample[] {
  return Object.entries(present(values)).map(([name, value]) => ({ name: `component_mysql_${name}`, value }));
}

function present<T>(values: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
}

/** PostgreSQL: a SELECT on a kept connection; beside it, now and then, a new connection that reads the details. */
import type { Client } from 'pg';
import type { PostgresqlTarget } from './settings';
import { createBackground } from '../kit/background';
import { lacksDescriptors, toError } from '../../text/errors';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import { describePostgresqlError, destroyClient, openClient } from './client';
import { readDetails, type PostgresqlDetails } from './details';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';

/** How many deadlines of a probe a new connection may take. */
const NEW_CONNECTION_PATIENCE = 2.5;

export function create(target: PostgresqlTarget, { log, secrets }: ProbeContext): Probe {
  const { url, timeout } = target;
  const where = `PostgreSQL at ${placeOf(url)}`;
  const sentence = (error: unknown) => describePostgresqlError(error, secrets);

  const connection = createKeptConnection<Client>({
    open: (signal, lost) => openClient(url, signal, lost),
    destroy: destroyClient,
    openTimeoutMs: timeout,
    maxDelayMs: 500,
  });
  // A server whose postmaster hangs answers on connections that stand, and lets nobody new in.
  const newConnection = createBackground({
    intervalMs: target.new_connection_interval,
    // no tick waits for it: one that is slow is had all the same
    timeoutMs: Math.min(NEW_CONNECTION_PATIENCE * timeout, target.new_connection_interval),
    run: (signal) => tryNewConnection(signal),
  });
  connection.onChange(() => newConnection.expire());
  let version: string | undefined;

  async function tryNewConnection(signal: AbortSignal): Promise<PostgresqlDetails | null> {
    const client = await openClient(url, signal, () => undefined);
    const abort = () => destroyClient(client);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await readDetails(client);
    } catch (error) {
      // a restricted user, or something that only speaks the protocol: it is alive all the same
      log.debug(`no details: ${sentence(error)}`);
      return null;
    } finally {
      destroyClient(client);
    }
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let client: Client | undefined;
    try {
      client = await connection.get(signal);
      const started = performance.now();
      await abortable(client.query('SELECT 1'), signal);
      const responseTimeMs = performance.now() - started;
      newConnection.startIfDue();
      const { error, value } = newConnection;
      version = value?.version ?? version;
      if (error && !lacksDescriptors(error)) {
        // that it lets somebody in again is to be seen at the next tick
        newConnection.expire();
        const message = `answers on an open connection, but lets no new one in: ${sentence(error)}`;
        return { status: 'degraded', responseTimeMs, version, message };
      }
      return { status: 'healthy', responseTimeMs, version, ...(value ? describe(value) : {}) };
    } catch (error) {
      const reason = signal.aborted ? new Error(`no answer within ${timeout} ms`) : toError(error);
      if (client) connection.drop(reason, client);
      return { status: 'unhealthy', error: `${where}: ${sentence(reason)}` };
    }
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    close() {
      newConnection.close();
      connection.close();
      return Promise.resolve();
    },
  };
}

function describe(found: PostgresqlDetails): Pick<ProbeResult, 'message' | 'details' | 'gauges'> {
  const { role, connections, maxConnections, replicationLagSeconds: lag } = found;
  const samples: GaugeSample[] = [
    { name: 'component_postgresql_connections', value: connections },
    { name: 'component_postgresql_connections_max', value: maxConnections },
    { name: 'component_postgresql_database_size_bytes', value: found.databaseBytes },
    { name: 'component_postgresql_longest_transaction_seconds', value: found.longestTransactionSeconds },
  ];
  const details: Record<string, JsonValue> = {
    role,
    connections,
    max_connections: maxConnections,
    database_bytes: found.databaseBytes,
  };
  let message = `${connections} of ${maxConnections} connections`;
  if (lag !== undefined) {
    samples.push({ name: 'component_postgresql_replication_lag_seconds', value: lag });
    details.replication_lag_s = Math.round(lag * 10) / 10;
    if (role === 'standby') message = `standby, ${details.replication_lag_s} s behind; ${message}`;
  }
  // only what is worth a look: short ones come and go
  const seconds = Math.round(found.longestTransactionSeconds);
  if (seconds > 0) details.longest_transaction_s = seconds;
  return { message, details, gauges: samples };
}

/** `host:port` for messages; the URL has been validated by the configuration. */
function placeOf(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || 5432}`;
}

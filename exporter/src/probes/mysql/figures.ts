/** Reads what a server says of itself: each figure by itself, so that one that the user may not read costs no other. */
import { createDoubling, type BackoffOptions } from '../kit/backoff';
import { abortable } from '../kit/kept-connection';
import type { Row } from '../kit/sql/columns';
import { serverError } from './errors';
import { readNumber, readText } from './read';
import { isMariadb, type Session } from './session';

export interface Figures {
  maxConnections: number;
  readOnly: boolean;
  connections: number;
  threadsRunning: number;
  uptimeSeconds: number;
  /** Whether threads of a replica run, where that is told to everybody (MariaDB). */
  replicates: boolean;
  /** `undefined` where there is none to be read. */
  replication: Replication;
  /** Absent while it is not known whether there is one: the user may not ask. */
  isReplica: boolean;
}

export interface Replication {
  /** Largest of its sources; `null` while it is not known. */
  lagSeconds: number | null;
  /** What is wrong with it. */
  trouble: string | undefined;
}

type Name = 'settings' | 'status' | 'replication';

const QUESTIONS: Record<Name, { sql(version: string): string; read(rows: Row[]): Partial<Figures> }> = {
  settings: {
    sql: () => 'SELECT @@GLOBAL.max_connections AS max_connections, @@GLOBAL.read_only AS read_only',
    read: ([row]) => ({
      maxConnections: readNumber(row, 'max_connections'),
      readOnly: isOn(readText(row, 'read_only')),
    }),
  },
  status: {
    sql: () =>
      "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Threads_running', 'Uptime', 'Slaves_running')",
    read(rows) {
      const status = new Map(rows.map((row) => [readText(row, 'Variable_name'), readNumber(row, 'Value')]));
      return {
        connections: status.get('Threads_connected'),
        threadsRunning: status.get('Threads_running'),
        uptimeSeconds: status.get('Uptime'),
        replicates: (status.get('Slaves_running') ?? 0) > 0,
      };
    },
  },
  replication: {
    sql: (version) =>
      isMariadb(version) ? 'SHOW ALL SLAVES STATUS' : isNew(version) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    read: (rows) => ({ isReplica: rows.length > 0, replication: rows.length === 0 ? undefined : replicationOf(rows) }),
  },
};

/** MySQL 8.0.22 has the new words, 8.4 only those. */
function isNew(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[^\d]+/).map(Number);
  return major > 8 || (major === 8 && (minor > 0 || patch >= 22));
}

/** MariaDB 12 knows more words than ON: `NO_LOCK`. */
const isOn = (value: string | undefined) => (value === undefined ? undefined : !/^(0|off|false)?$/i.test(value));

function replicationOf(rows: Row[]): Replication {
  const lags = rows.flatMap((row) => readNumber(row, 'Seconds_Behind_Source', 'Seconds_Behind_Master') ?? []);
  return {
    lagSeconds: lags.length === 0 ? null : Math.max(...lags),
    trouble: rows.map(troubleOf).find((trouble) => trouble !== undefined),
  };
}

function troubleOf(row: Row): string | undefined {
  const [io, sql] = ['IO', 'SQL'].map((thread) =>
    readText(row, `Replica_${thread}_Running`, `Slave_${thread}_Running`)
  );
  if (sql !== 'Yes')
    return `a replica that applies no changes: ${readText(row, 'Last_SQL_Error') || 'its SQL thread is stopped'}`;
  if (io === 'Yes' || io === 'Preparing') return undefined;
  const reason =
    readText(row, 'Last_IO_Error') || (io === 'No' ? 'its I/O thread is stopped' : 'it cannot reach its primary');
  return `a replica that receives no changes: ${reason}`;
}

export interface FigureReader {
  /** Asks for what is not refused; what takes longer than `ms` is left out. Never rejects. */
  read(session: Session, ms: number): Promise<Partial<Figures>>;
  /** Whether the user may not ask for it. */
  isRefused(name: Name): boolean;
  /** Asks again at the next time for what was refused. */
  retryNow(): void;
}

/** What is refused is asked for again after this time, doubled up to the second. */
const REFUSED: BackoffOptions = { minDelayMs: 600_000, maxDelayMs: 3_600_000 };

/** @param onRefused told of each figure that is given up for a while */
export function createFigureReader(onRefused: (name: Name, error: unknown) => void): FigureReader {
  const refusals = new Map<Name, { until: number; delays: ReturnType<typeof createDoubling> }>();

  function refuse(name: Name, error: unknown): void {
    const { delays } = refusals.get(name) ?? { delays: createDoubling(REFUSED) };
    refusals.set(name, { delays, until: performance.now() + delays.next() });
    onRefused(name, error);
  }

  return {
    async read(session, ms) {
      const signal = AbortSignal.timeout(ms);
      const found: Partial<Figures> = {};
      for (const [name, { sql, read }] of Object.entries(QUESTIONS) as [Name, (typeof QUESTIONS)[Name]][]) {
        if ((refusals.get(name)?.until ?? 0) > performance.now()) continue;
        try {
          Object.assign(found, read(await abortable(session.query(sql(session.version)), signal)));
          refusals.delete(name);
        } catch (error) {
          if (serverError(error) === undefined) break;
          refuse(name, error);
        }
      }
      return found;
    },
    isRefused: (name) => refusals.has(name),
    retryNow: () => refusals.forEach((refusal) => (refusal.until = 0)),
  };
}

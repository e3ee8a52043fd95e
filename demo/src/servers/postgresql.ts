import { execFile, execFileSync } from 'node:child_process';
import { chownSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { requireProgram } from './programs';
import { placeFor, startServer, withProperties, type RunningServer, type ServerOptions } from './running-server';

export interface PostgresqlOptions extends ServerOptions {
  /** Password for all clients (scram-sha-256); default: none (trust). */
  password?: string;
  maxConnections?: number;
}

export interface PostgresqlServer extends RunningServer {
  /**
   * SIGSTOP to the postmaster only: open connections continue to work, and no new ones are accepted. Undone by
   * `resume`.
   */
  freezePostmaster(): void;
}

const USER = 'onehertz';
/** `nobody`: PostgreSQL does not run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * Starts a PostgreSQL with the superuser `onehertz` and the database `postgres`. If started by root it runs as user
 * 65534, which needs access to the folders above `directory`.
 * @throws MissingProgramError
 */
export async function startPostgresql(options: PostgresqlOptions = {}): Promise<PostgresqlServer> {
  const [initdb, postgres] = [requireProgram('initdb'), requireProgram('postgres')];
  const place = await placeFor('postgresql', options);
  const { port, directory } = place;
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  try {
    await createCluster(initdb, directory, options.password, user);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }

  const auth = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}`;
  const url = `postgresql://${USER}${auth}@127.0.0.1:${port}/postgres`;
  const settings = {
    listen_addresses: '127.0.0.1',
    fsync: 'off',
    shared_buffers: '16MB',
    max_connections: String(options.maxConnections ?? 50),
  };
  const args = ['-D', join(directory, 'data'), '-p', `${port}`, '-k', directory];
  for (const [key, value] of Object.entries(settings)) args.push('-c', `${key}=${value}`);
  const server = await startServer(
    {
      name: 'postgresql',
      commands: [{ program: postgres, args, cwd: directory, user }],
      url,
      ready: () => answersSelect(url),
      // "fast" shutdown: SIGTERM would wait for clients to disconnect
      stopSignal: 'SIGINT',
      cleanUp: () => removeSharedMemory(join(directory, 'data', 'postmaster.pid')),
    },
    place,
    options.onLine
  );
  const freezePostmaster = () => {
    if (server.pid !== undefined) process.kill(server.pid, 'SIGSTOP');
  };
  return withProperties(server, { freezePostmaster });
}

async function createCluster(
  initdb: string,
  directory: string,
  password: string | undefined,
  user: { uid: number; gid: number } | undefined
): Promise<void> {
  const args = ['-D', join(directory, 'data'), '-U', USER, '-E', 'UTF8', '--locale=C', '--no-sync'];
  args.push('-A', password === undefined ? 'trust' : 'scram-sha-256');
  const passwordFile = join(directory, 'password');
  if (password !== undefined) {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    args.push(`--pwfile=${passwordFile}`);
  }
  if (user) {
    chownSync(directory, user.uid, user.gid);
    if (password !== undefined) chownSync(passwordFile, user.uid, user.gid);
  }
  await promisify(execFile)(initdb, args, { cwd: directory, timeout: 60_000, ...user });
  rmSync(passwordFile, { force: true });
}

/**
 * A killed server leaves a small System V shared memory segment behind, which the kernel never removes.
 * See https://www.postgresql.org/docs/current/storage-file-layout.html: line 7 of its pid file is `key id`.
 */
function removeSharedMemory(pidFile: string): void {
  try {
    const id = /^\s*\d+\s+(\d+)/.exec(readFileSync(pidFile, 'utf8').split('\n')[6] ?? '')?.[1];
    if (id !== undefined) execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
  } catch {
    // it ended normally and removed both itself
  }
}

async function answersSelect(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000, query_timeout: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    void client.end().catch(() => undefined);
  }
}

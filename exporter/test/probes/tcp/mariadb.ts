/** A MariaDB server, and its own count of what goes wrong when hosts connect. */
import { freePort, waitFor } from '@onehertz/demo';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where the server can be reached from outside: of connections from 127.0.0.1 it keeps no count. */
export const OUTER_ADDRESS = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

export interface MariaDb {
  readonly port: number;
  /** The rows of a query, columns separated by tabs. */
  sql(query: string): string;
  stop(): Promise<void>;
}

/** @param options for `mariadbd` */
export async function startMariaDb(options: readonly string[] = []): Promise<MariaDb> {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-mariadb-'));
  const user = `--user=${userInfo().username}`;
  const data = `--datadir=${join(directory, 'data')}`;
  const install = ['--no-defaults', user, data, '--auth-root-authentication-method=normal', '--skip-test-db'];
  execFileSync('mariadb-install-db', install, { stdio: 'pipe' });
  const port = await freePort();
  const socket = join(directory, 's');
  const child = spawn(
    '/usr/sbin/mariadbd',
    [
      ...['--no-defaults', user, data, `--socket=${socket}`, `--port=${port}`, `--pid-file=${join(directory, 'pid')}`],
      ...['--performance-schema=ON', '--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0', ...options],
    ],
    { stdio: 'ignore' }
  );
  const sql = (query: string) =>
    execFileSync('mariadb', ['--no-defaults', '-uroot', '-S', socket, '-N', '-e', query], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const answers = () => {
    try {
      return sql('SELECT 1') === '1';
    } catch {
      return false;
    }
  };
  await waitFor(answers, { timeoutMs: 60_000, what: 'MariaDB to answer' });
  return {
    port,
    sql,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

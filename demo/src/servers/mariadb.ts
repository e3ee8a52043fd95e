import { execFile } from 'node:child_process';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from './programs';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface MariadbOptions extends ServerOptions {
  /** Of the user `onehertz`, who may do everything; default: none. */
  password?: string;
  maxConnections?: number;
  /** Options of mariadbd: `['--read-only']`; they come last, and so win. */
  args?: readonly string[];
}

const USER = 'onehertz';
/** `nobody`: MariaDB refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * Starts a MariaDB with the user `onehertz`, who may do everything, and without a database of its own. Run by root it runs as user 65534, who
 * must be able to enter the folders above `directory`.
 * @throws MissingProgramError
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<RunningServer> {
  const install = requireProgram('mariadb-install-db');
  const program = requireProgram('mariadbd');
  const place = await placeFor('mariadb', options);
  const { port, directory } = place;
  const { password, maxConnections = 50, args = [] } = options;
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const data = join(directory, 'data');
  const initFile = join(directory, 'init.sql');
  const identified = password === undefined ? '' : ` IDENTIFIED BY '${password.replace(/['\\]/g, '\\$&')}'`;
  const statements = [
    `CREATE USER IF NOT EXISTS ${USER}@'%'${identified}`,
    `GRANT ALL ON *.* TO ${USER}@'%' WITH GRANT OPTION`,
  ];
  try {
    writeFileSync(initFile, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 });
    if (user) [directory, initFile].forEach((path) => chownSync(path, user.uid, user.gid));
    const how = ['--skip-test-db', '--auth-root-authentication-method=normal', '--skip-name-resolve'];
    // several that begin at once would take away each other's files in /tmp
    const small = [`--tmpdir=${directory}`, '--innodb-log-file-size=8M', '--innodb-buffer-pool-size=8M'];
    await promisify(execFile)(install, ['--no-defaults', `--datadir=${data}`, ...how, ...small], {
      cwd: directory,
      timeout: 120_000,
      ...user,
    });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const settings = {
    datadir: data,
    port: `${port}`,
    'bind-address': '127.0.0.1',
    socket: join(directory, 'socket'),
    tmpdir: directory,
    'pid-file': join(directory, 'pid'),
    'init-file': initFile,
    'max-connections': `${maxConnections}`,
    'innodb-buffer-pool-size': '8M',
    'innodb-log-file-size': '8M',
    'innodb-flush-log-at-trx-commit': '0',
    // the names of clients are of no interest, and to look them up may take seconds
    'skip-name-resolve': 'ON',
    // newer versions make themselves a certificate; who wants one gives it in `args`
    ssl: 'OFF',
  };
  const given = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
  const authority = `${USER}${password === undefined ? '' : `:${encodeURIComponent(password)}`}`;
  return startServer(
    {
      name: 'mariadb',
      commands: [{ program, args: ['--no-defaults', ...given, ...args], cwd: directory, user }],
      url: `mysql://${authority}@127.0.0.1:${port}`,
      // not by a connection: an aborted one is counted
      ready: (output) => output.includes('ready for connections'),
      readyTimeoutMs: 60_000,
    },
    place,
    options.onLine
  );
}

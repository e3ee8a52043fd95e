import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from './programs';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface PgbouncerOptions extends ServerOptions {
  /** What clients call each database, and where it is: `host=127.0.0.1 port=5432 dbname=postgres pool_mode=session`. */
  databases: Readonly<Record<string, string>>;
  /** Passwords of its users; with them it logs in to the servers, too. */
  users: Readonly<Record<string, string>>;
  /** Further lines of its section `[pgbouncer]`: `server_login_retry = 1`. */
  settings?: readonly string[];
}

/** `nobody`: PgBouncer does not run as root. */
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * Starts a PgBouncer, whose first user may use its console; its URL is that of the console. Run by root it runs as user 65534, who must be able
 * to enter the folders above `directory`.
 * @throws MissingProgramError
 */
export async function startPgbouncer(options: PgbouncerOptions): Promise<RunningServer> {
  const program = requireProgram('pgbouncer');
  const place = await placeFor('pgbouncer', options);
  const { port, directory } = place;
  const { databases, users, settings = [] } = options;
  const [[admin, password] = ['onehertz', '']] = Object.entries(users);
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const write = (name: string, lines: string[]) => {
    const path = join(directory, name);
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    if (user) chownSync(path, user.uid, user.gid);
    return path;
  };
  const userFile = write(
    'users',
    Object.entries(users).map(([name, secret]) => `"${name}" "${secret}"`)
  );
  const file = write('pgbouncer.ini', [
    '[databases]',
    ...Object.entries(databases).map(([name, where]) => `${name} = ${where}`),
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${userFile}`,
    `admin_users = ${admin}`,
    ...settings,
  ]);
  if (user) chownSync(directory, user.uid, user.gid);
  return startServer(
    {
      name: 'pgbouncer',
      commands: [{ program, args: [file], cwd: directory, user }],
      url: `postgresql://${admin}:${encodeURIComponent(password)}@127.0.0.1:${port}/pgbouncer`,
      ready: (output) => output.includes('process up'),
    },
    place,
    options.onLine
  );
}

/** Finds the programs of the servers, and the Debian packages that contain them. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_PACKAGES: Record<string, string> = {
  postgres: 'postgresql',
  initdb: 'postgresql',
  'redis-server': 'redis-server',
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  'rabbitmq-server': 'rabbitmq-server',
  epmd: 'rabbitmq-server',
  erl_call: 'rabbitmq-server',
  celery: 'celery',
  python3: 'python3',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  alertmanager: 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'blackbox-exporter': 'prometheus-blackbox-exporter',
  'redis-exporter': 'prometheus-redis-exporter',
  'postgres-exporter': 'prometheus-postgres-exporter',
  chromium: 'chromium',
};

/** Programs that have another name in Debian. */
const DEBIAN_NAMES: Record<string, string> = {
  alertmanager: 'prometheus-alertmanager',
  'blackbox-exporter': 'prometheus-blackbox-exporter',
  'redis-exporter': 'prometheus-redis-exporter',
  'postgres-exporter': 'prometheus-postgres-exporter',
};

/** A program that a server needs is not installed. */
export class MissingProgramError extends Error {
  constructor(
    readonly program: string,
    readonly debianPackage: string
  ) {
    super(`the program ${program} is not on this machine; on Debian and Ubuntu: apt-get install ${debianPackage}`);
  }
}

/** The Debian package that contains `program`; the program's own name if unknown. */
export function debianPackageOf(program: string): string {
  return DEBIAN_PACKAGES[program] ?? program;
}

/** The path of a program: searched in the PATH, then in Debian's folders for servers. */
export function findProgram(program: string): string | undefined {
  // The script of this name in /usr/sbin switches to the user `rabbitmq`, who has no access to these folders.
  const first = program === 'rabbitmq-server' ? ['/usr/lib/rabbitmq/bin'] : [];
  const folders = [...first, ...(process.env.PATH ?? '').split(delimiter), ...debianFolders()];
  const names = [program, DEBIAN_NAMES[program]].filter((name) => name !== undefined);
  for (const folder of folders) {
    if (folder === '') continue;
    for (const name of names) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** Like {@link findProgram}. @throws MissingProgramError */
export function requireProgram(program: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new MissingProgramError(program, debianPackageOf(program));
  return path;
}

function debianFolders(): string[] {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', ...postgresqlFolders()];
}

/** /usr/lib/postgresql/<version>/bin, newest version first. */
function postgresqlFolders(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

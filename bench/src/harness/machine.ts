/** Describes the machine and the software versions of a measurement. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  kernel: string;
  node: string;
  /** Commit of this repository, followed by `+` if files were modified. */
  commit: string;
  /** Versions of Debian packages, by name. */
  packages: Record<string, string>;
}

export function describeMachine(packages: readonly string[]): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
    commit: commit(),
    packages: Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
  };
}

function commit(): string {
  const hash = output('git', ['rev-parse', '--short', 'HEAD']);
  return output('git', ['status', '--porcelain', '--untracked-files=no']) === '' ? hash : `${hash}+`;
}

const packageVersion = (name: string) => output('dpkg-query', ['-W', '-f', '${Version}', name]) || 'not installed';

function output(program: string, args: string[]): string {
  try {
    return execFileSync(program, args, {
      cwd: __dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

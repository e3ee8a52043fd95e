/** The checkout as somebody else has it, and `docker compose` in it. */
import { freePort } from '@onehertz/demo';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../src/files';

const run = promisify(execFile);

export interface Stack {
  /** Where the checkout is. */
  readonly folder: string;
  readonly exporter: string;
  readonly prometheus: string;
  /** Runs `docker compose …`. @returns what it printed, of both streams. @throws Error with that, if it fails */
  compose(...words: string[]): Promise<string>;
  /** Stops and removes containers, volumes and networks, and the checkout. */
  end(): Promise<void>;
}

/**
 * A copy of this checkout, made under umask 077, at a path with a space, on ports of its own; nothing is started. What needs more to be built
 * here (a network, say) stands in a file that COMPOSE_FILE names beside docker-compose.yml.
 */
export async function createStack(): Promise<Stack> {
  const above = mkdtempSync(join(tmpdir(), 'onehertz compose '));
  const folder = join(above, 'check out');
  mkdirSync(folder);
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  execFileSync('chmod', ['-R', 'go=', above]);
  const ports = await Promise.all(Array.from({ length: 4 }, freePort));
  const names = ['EXPORTER', 'PROMETHEUS', 'ALERTMANAGER', 'GRAFANA'];
  const project = `onehertz-test-${process.pid}`;
  const settings = [`COMPOSE_PROJECT_NAME=${project}`, ...names.map((name, index) => `${name}_PORT=${ports[index]}`)];
  writeFileSync(join(folder, '.env'), `${settings.join('\n')}\n`);

  const compose = async (...words: string[]) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    try {
      const { stdout, stderr } = await run('docker', ['compose', ...words], options);
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`docker compose ${words.join(' ')}: ${stderr.slice(-2000)}${stdout.slice(-2000)}`, {
        cause: error,
      });
    }
  };
  return {
    folder,
    exporter: `http://127.0.0.1:${ports[0]}`,
    prometheus: `http://127.0.0.1:${ports[1]}`,
    compose,
    async end() {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '3');
      rmSync(above, { recursive: true, force: true });
    },
  };
}

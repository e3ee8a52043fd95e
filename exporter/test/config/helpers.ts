/** A temporary folder of configuration files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FileSdMemory, formatProblems, loadConfig, type LoadResult } from '../../src/config/load';
import type { Config } from '../../src/config/schema';

export interface Folder {
  readonly path: string;
  /** Writes a file, makes its folders, and returns its path. */
  write(name: string, content: string | Buffer): string;
  /** Loads `onehertz.yml`, after writing the given content, if any. */
  load(content?: string, env?: NodeJS.ProcessEnv, memory?: FileSdMemory): Promise<LoadResult>;
  /** Like `load`; fails if there are problems. */
  good(content: string, env?: NodeJS.ProcessEnv): Promise<Config>;
  /** The problems as text, without the folder's path; fails if there are none. */
  problems(content: string, env?: NodeJS.ProcessEnv): Promise<string[]>;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'onehertz-config-'));
  const file = join(path, 'onehertz.yml');
  const write = (name: string, content: string | Buffer) => {
    const target = join(path, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    return target;
  };
  const load = (content?: string, env: NodeJS.ProcessEnv = {}, memory?: FileSdMemory) => {
    if (content !== undefined) write('onehertz.yml', content);
    return loadConfig(file, env, memory);
  };
  return {
    path,
    write,
    load,
    async good(content, env) {
      const loaded = await load(content, env);
      if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
      return loaded.config;
    },
    async problems(content, env) {
      const loaded = await load(content, env);
      if (loaded.ok) throw new Error('loaded without problems');
      return formatProblems(loaded.problems).replaceAll(`${path}/`, '').split('\n');
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

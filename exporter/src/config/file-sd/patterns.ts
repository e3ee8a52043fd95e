/** File patterns of file_sd, as in Prometheus: wildcards in the last part of a path only. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { unreadable } from '../reading/read-text';

const EXTENSIONS = ['.json', '.yml', '.yaml'];

/** The problem of a pattern, if any. */
export function checkPattern(pattern: string): string | undefined {
  if (!EXTENSIONS.includes(extname(pattern))) return `expected a name that ends in ${EXTENSIONS.join(', ')}`;
  if (/[*?]/.test(dirname(pattern))) return 'only the last part of the path may have wildcards: "targets/*.yml"';
  return undefined;
}

export function isPattern(file: string): boolean {
  return /[*?]/.test(basename(file));
}

/** The absolute form of a pattern. */
export function absolutePattern(pattern: string, directory: string): string {
  return join(resolve(directory, dirname(pattern)), basename(pattern));
}

/** Whether an absolute pattern matches an absolute file. `*` and `?` do not match a leading dot. */
export function matchesPattern(pattern: string, file: string): boolean {
  if (!isPattern(pattern)) return pattern === file;
  const [wanted, name] = [basename(pattern), basename(file)];
  if (dirname(pattern) !== dirname(file) || (name.startsWith('.') && !wanted.startsWith('.'))) return false;
  const source = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

/**
 * The files that match an absolute pattern, sorted. A pattern without wildcards is returned even if the file does not
 * exist.
 * @throws UnreadableFile if the folder cannot be read, as its files are then unknown
 */
export async function matchFiles(pattern: string): Promise<string[]> {
  if (!isPattern(pattern)) return [pattern];
  const names = await readdir(dirname(pattern)).catch((error: unknown) => {
    throw unreadable(error);
  });
  return names
    .map((name) => join(dirname(pattern), name))
    .filter((file) => matchesPattern(pattern, file))
    .sort();
}

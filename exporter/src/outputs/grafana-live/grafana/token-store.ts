/** Stores the token in a file for the next start. */
import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readText } from '../../../config/reading/read-text';

const MAX_TOKEN_BYTES = 65_536;
/** A file beside the store that is older was left by a process that was killed while it wrote. */
const LEFTOVER_MS = 60_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The token in `file`; `undefined` if the file is missing or empty. @throws errors while reading */
export async function readToken(file: string): Promise<string | undefined> {
  try {
    await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return (await readText(file, MAX_TOKEN_BYTES)).trim() || undefined;
}

/** Replaces `file` atomically, readable by its owner only. @throws errors while writing */
export async function writeToken(file: string, token: string): Promise<void> {
  await removeLeftovers(file);
  // in the same folder: only there is a rename atomic
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${token}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** They hold tokens. What cannot be looked at or removed stays: that must not keep the new token from being written. */
async function removeLeftovers(file: string): Promise<void> {
  const prefix = `${basename(file)}.`;
  const names = await readdir(dirname(file)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !UUID.test(name.slice(prefix.length))) continue;
    const path = join(dirname(file), name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}

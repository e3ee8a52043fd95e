/** The programs that the tests start: what a user starts, so what was built. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');

/** Path of a built file. @throws Error that says how to build it */
export function built(path: string): string {
  const file = join(repository, path);
  if (!existsSync(file)) throw new Error(`${path} is missing; run "npm run build" first`);
  return file;
}

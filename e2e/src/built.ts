/** The built programs that the tests start, as a user would. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');

/** Path of a built file. @throws Error with the command that builds it */
export function built(path: string): string {
  const file = join(repository, path);
  if (!existsSync(file)) throw new Error(`${path} is missing; run "npm run build" first`);
  return file;
}

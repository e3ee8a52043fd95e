import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNSHARE } from '../../faults/isolation';

const MODULE = join(__dirname, '../../../dist/outputs/grafana-live/grafana/token-store.js');
/** The folder's only page holds the token; a new one does not fit beside it. */
const PROGRAM = `
  const [folder, path] = process.argv.slice(1);
  const { readToken, writeToken } = require(path);
  const { readdirSync } = require('node:fs');
  const store = folder + '/token';
  (async () => {
    await writeToken(store, 'first');
    const code = await writeToken(store, 'second').then(() => 'written', (error) => error.code);
    console.log(JSON.stringify({ code, token: await readToken(store), files: readdirSync(folder) }));
  })();
`;

it('keeps the token that it has when the disk is full, and leaves nothing else there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onehertz-full-'));
  try {
    const mount = 'mount -t tmpfs -o size=4k tmpfs "$1" && exec "$0" -e "$3" "$1" "$2"';
    const [unshare, ...flags] = UNSHARE as [string, ...string[]];
    const args = [...flags, 'sh', '-c', mount, process.execPath, folder, MODULE, PROGRAM];
    const said: unknown = JSON.parse(execFileSync(unshare, args, { encoding: 'utf8' }));
    expect(said).toEqual({ code: 'ENOSPC', token: 'first', files: ['token'] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

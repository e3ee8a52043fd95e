import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readToken, writeToken } from '../../../src/outputs/grafana-live/grafana/token-store';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'onehertz-token-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('removes what a process left that was killed while it wrote, and nothing else', async () => {
  const store = join(folder, 'token');
  const old = 'token.1b4e28ba-2fa1-11d2-883f-0016d3cca427';
  const fresh = 'token.2b4e28ba-2fa1-11d2-883f-0016d3cca427';
  for (const name of [old, fresh, 'token.bak', 'other']) writeFileSync(join(folder, name), 'x');
  for (const name of [old, 'token.bak', 'other']) utimesSync(join(folder, name), 1, 1);
  await writeToken(store, 'glsa_1');
  expect(await readToken(store)).toBe('glsa_1');
  expect(readdirSync(folder).sort()).toEqual(['other', 'token', 'token.bak', fresh].sort());
});

it('does not wait for a pipe', async () => {
  const store = join(folder, 'token');
  execFileSync('mkfifo', [store]);
  await expect(readToken(store)).rejects.toThrow('is a pipe, not a file');
});

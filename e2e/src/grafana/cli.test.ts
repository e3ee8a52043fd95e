/** The command, against the preview: that steps pass there, and that one that is not so fails. */
import { waitFor } from '@onehertz/demo';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '../built';

// a browser on a busy machine takes its time
jest.setTimeout(300_000);

interface Ended {
  code: number;
  out: string;
  err: string;
}

const folder = mkdtempSync(join(tmpdir(), 'onehertz-suite-'));
// PostgreSQL runs as another user
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  new Promise<Ended>((resolve) => {
    const env = { ...process.env, TMPDIR: folder };
    execFile(process.execPath, [built('e2e/dist/grafana/cli.js'), ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err })
    );
  });

test('runs the chosen steps on the preview, and leaves nothing behind', async () => {
  const { code, out, err } = await run(
    '--preview',
    '--only',
    'registered',
    'new component',
    'exporter away',
    'hidden tab',
    'rights'
  );
  expect(err).toMatch(/^ok {6}registered: .*this build/m);
  expect(err).toMatch(/^ok {6}a new component: its dashboard shows service-014/m);
  expect(err).toMatch(/^ok {6}exporter away: stale after \d\.\d s, and for 12 s; complete/m);
  expect(err).toMatch(/^ok {6}hidden tab: hidden for 30 s; the failure of that time shows/m);
  expect(err).toMatch(/^not run push rights: the preview has no users/m);
  expect(out).toContain('4 passed, 0 failed, 1 not run');
  expect(code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('leaves nothing behind when it is interrupted', async () => {
  const child = spawn(process.execPath, [built('e2e/dist/grafana/cli.js'), '--preview', '--only', 'kills', 'zoom'], {
    env: { ...process.env, TMPDIR: folder },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit');
  // in the midst of the second step
  await waitFor(() => said.includes('ten kills'), { timeoutMs: 120_000, what: 'the first step' });
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(said).toContain('Interrupted: removing what was made');
  expect(said).not.toContain('left behind');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['--url', 'http://127.0.0.1:9'], /There is no Grafana at http:\/\/127\.0\.0\.1:9: .*Check --url\./],
  [[], /Give --url, or --preview\./],
  [['--preview', '--only', 'everything'], /No step is called "everything"; there are: registered, /],
])('%j is one sentence and exit code 1', async (args, sentence) => {
  const { code, out, err } = await run(...args);
  expect(err).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(out).toBe('');
  expect(code).toBe(1);
});

test('lists its steps with what they show', async () => {
  const { code, out } = await run('--list');
  expect(out).toMatch(/^ten kills: kill -9 of a server turns its card red/m);
  expect(code).toBe(0);
});

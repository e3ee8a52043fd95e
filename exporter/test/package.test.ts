/** The npm package as somebody gets it who never saw the repository: packed, installed into an empty folder, run there by `npx`. */
import { freePort, waitFor } from '@onehertz/demo';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

let directory: string;
let tarball: string;
let server: Server;
/** Where it is installed. */
let home: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'onehertz-package-test-'));
  // as ~/.npm/_npx and ~/.nvm
  home = join(directory, '.home', 'app');
  mkdirSync(home, { recursive: true });
  server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { stdout } = await run(process.execPath, [join(ROOT, 'scripts', 'package-npm.mjs'), directory]);
  tarball = stdout.trim();
  writeFileSync(join(home, 'package.json'), '{}');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], {
    cwd: home,
  });
}, 180_000);

afterAll(() => {
  server?.close();
  rmSync(directory, { recursive: true, force: true });
});

test('holds what runs and its types, and nothing of where it was made', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const files = stdout.trim().split('\n');
  expect(files).toEqual(
    expect.arrayContaining([
      'package/README.md',
      'package/LICENSE',
      'package/onehertz.schema.json',
      'package/dist/cli.js',
      'package/dist/index.d.ts',
      'package/dist/web/board.js',
      'package/node_modules/@onehertz/contract/dist/index.js',
    ])
  );
  expect(files.filter((file) => /\.map$|tsbuildinfo|(?<!\.d)\.ts$|\/test\//.test(file))).toEqual([]);
  const texts = await run('tar', ['-xzOf', tarball], { maxBuffer: 50_000_000 });
  expect(texts.stdout).not.toContain(ROOT);
});

test('the README beside it names pages by their whole addresses', () => {
  const links = [...readFileSync(join(home, 'node_modules', 'onehertz', 'README.md'), 'utf8').matchAll(/\]\((.*?)\)/g)];
  expect(links.length).toBeGreaterThan(3);
  for (const [, link] of links) expect(link).toMatch(/^https:\/\//);
});

test('npx onehertz watches what its configuration names', async () => {
  const { port: target } = server.address() as AddressInfo;
  const file = join(home, 'onehertz.yml');
  writeFileSync(file, `components:\n  - { name: port, probe: tcp, address: "127.0.0.1:${target}" }\n`);
  const checked = await run('npx', ['--no-install', 'onehertz', 'check-config', '--probe', file], { cwd: home });
  expect(checked.stdout).toMatch(/port.*healthy/);
  const port = await freePort();
  const child = spawn(
    'npx',
    ['--no-install', 'onehertz', '--config.file', file, `--web.listen-address=127.0.0.1:${port}`],
    {
      cwd: home,
      stdio: 'ignore',
      detached: true,
    }
  );
  try {
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    await waitFor(async () => /^component_up\{component="port".* 1$/m.test(await get('/metrics').catch(() => '')), {
      timeoutMs: 20_000,
      what: 'the component to be healthy',
    });
    // what the page needs lies in several packages
    const page = await get('/');
    const files = [...page.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="(assets\/.*?)"/g)].map(
      ([, path]) => `/${path}`
    );
    expect(files).toEqual(expect.arrayContaining(['/assets/board.js', '/assets/morphdom.js', '/assets/board.css']));
    for (const path of files)
      expect([path, (await fetch(`http://127.0.0.1:${port}${path}`)).status]).toEqual([path, 200]);
  } finally {
    process.kill(-(child.pid as number), 'SIGTERM');
    await once(child, 'exit');
  }
}, 60_000);

test('its types can be used', async () => {
  writeFileSync(
    join(home, 'use.ts'),
    `import { createExporter, loadConfig, type Exporter } from 'onehertz';
     export const exporter: (...args: Parameters<typeof createExporter>) => Exporter = createExporter;
     export const load: typeof loadConfig = loadConfig;
     // @ts-expect-error: it is no number
     export const wrong: number = createExporter;
    `
  );
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = ['--typeRoots', join(ROOT, 'node_modules', '@types'), '--types', 'node'];
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'node20', ...types];
  await run(process.execPath, [tsc, ...options, 'use.ts'], { cwd: home });
}, 60_000);

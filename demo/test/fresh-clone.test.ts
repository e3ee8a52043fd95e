/** The state of a fresh clone after `npm run demo` alone: nothing may have been built for tests. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startNode, type RunningServer } from '../src/servers';

const ROOT = join(__dirname, '..', '..');
/** The compiler reads five workspaces, which takes long on a busy machine. */
const BUILD_MS = 300_000;

let clone: string;
let exporter: RunningServer | undefined;

afterAll(async () => {
  await exporter?.stop();
  if (clone) rmSync(clone, { recursive: true, force: true });
});

/** Copies the repository's current files, without build results. */
function cloneInto(folder: string): void {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file), { verbatimSymlinks: true, force: true });
  }
}

function workspaces(): string[] {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { workspaces: string[] }).workspaces;
}

/** As after `npm ci`: installed packages are linked, workspaces are those of the clone. */
function linkPackages(folder: string, workspace: string): void {
  const from = join(ROOT, workspace, 'node_modules');
  const to = join(folder, workspace, 'node_modules');
  mkdirSync(join(to, '@onehertz'), { recursive: true });
  for (const name of readdirSync(from))
    if (name === '@onehertz') {
      for (const link of readdirSync(join(from, name)))
        symlinkSync(readlinkSync(join(from, name, link)), join(to, name, link));
    } else symlinkSync(join(from, name), join(to, name));
}

it(
  'has a live page with all its resources',
  async () => {
    clone = mkdtempSync(join(tmpdir(), 'onehertz-clone-'));
    cloneInto(clone);
    // npm decides by the lock file and its own version which workspaces have their own packages
    const withPackages = ['.', ...workspaces()].filter((name) => existsSync(join(ROOT, name, 'node_modules')));
    for (const workspace of withPackages) linkPackages(clone, workspace);
    execFileSync(join(clone, 'scripts', 'build-demo'), { stdio: 'pipe' });

    exporter = await startNode({
      name: 'exporter',
      script: join(clone, 'exporter', 'dist', 'cli.js'),
      env: () => ({ SERVICES: 'nobody=http://127.0.0.1:1' }),
      args: (port) => [`--web.listen-address=127.0.0.1:${port}`],
      readyPath: '/-/healthy',
    });
    const { url } = exporter;
    const page = await (await fetch(`${url}/`)).text();
    const loaded = [...page.matchAll(/<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(loaded).toEqual(expect.arrayContaining(['assets/board.js', 'assets/morphdom.js', 'assets/board.css']));
    const answers = await Promise.all(
      loaded.map(async (path) => [path, (await fetch(new URL(path, `${url}/`))).status])
    );
    expect(answers).toEqual(loaded.map((path) => [path, 200]));
  },
  BUILD_MS
);

#!/usr/bin/env node
/**
 * `npm run package:npm [-- FOLDER]`: makes the npm package `onehertz`, the exporter with all that it needs to run, in FOLDER (default: build/).
 * Prints the path of the tarball. The sources must be built (`npm run build`).
 *
 * The workspace `contract` is no package of its own: it travels inside, as a bundled dependency. All others come from the registry,
 * in the versions of exporter/package.json.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const REPOSITORY = 'https://github.com/onehertz/onehertz';
const CONTRACT = '@onehertz/contract';

const json = (...path) => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));

/** What runs, and its types: no maps, no notes of the compiler, not the programs that write the documentation. */
const isNeeded = (path) => !/\.map$|\.tsbuildinfo$|\/dist\/(docs|web\/.*\.d\.ts)(\/|$)/.test(path);

function assemble(folder) {
  const [exporter, contract] = [json('exporter', 'package.json'), json('contract', 'package.json')];
  if (!existsSync(join(ROOT, 'exporter', 'dist', 'cli.js'))) throw new Error('not built yet; run: npm run build');
  for (const name of ['dist', 'assets', 'onehertz.schema.json', 'README.md'])
    cpSync(join(ROOT, 'exporter', name), join(folder, name), { recursive: true, filter: isNeeded });
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(join(ROOT, name), join(folder, name));
  const inside = join(folder, 'node_modules', CONTRACT);
  cpSync(join(ROOT, 'contract', 'dist'), join(inside, 'dist'), { recursive: true, filter: isNeeded });
  const { name, version, description, license, type, main, types } = contract;
  write(join(inside, 'package.json'), { name, version, description, license, type, main, types });
  write(join(folder, 'package.json'), {
    name: 'onehertz',
    version: exporter.version,
    description: exporter.description,
    keywords: ['monitoring', 'prometheus', 'prometheus-exporter', 'grafana', 'probe', 'status'],
    homepage: REPOSITORY,
    bugs: `${REPOSITORY}/issues`,
    repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: 'exporter' },
    license: exporter.license,
    type: exporter.type,
    engines: exporter.engines,
    bin: exporter.bin,
    main: exporter.main,
    types: exporter.types,
    files: ['dist', 'assets', 'onehertz.schema.json', 'CHANGELOG.md'],
    dependencies: exporter.dependencies,
    bundleDependencies: [CONTRACT],
  });
}

const write = (path, content) => writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);

const into = resolve(process.argv[2] ?? join(ROOT, 'build'));
const folder = mkdtempSync(join(tmpdir(), 'onehertz-package-'));
try {
  assemble(folder);
  mkdirSync(into, { recursive: true });
  const [made] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', into], { cwd: folder }));
  process.stdout.write(`${join(into, made.filename)}\n`);
} catch (error) {
  process.stderr.write(`package:npm: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One Node for all: its floor, the one that scripts/setup installs, the images, and what this test runs with. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { satisfies } from 'semver';
import { ROOT } from '../src/files';
import { text } from './compose-file';

interface Package {
  engines?: { node?: string };
  workspaces?: string[];
  optionalDependencies?: Record<string, string>;
}
const packageOf = (folder: string) => JSON.parse(text(`${folder}/package.json`)) as Package;

const { engines, workspaces = [] } = packageOf('.');
const floor = engines?.node ?? '';
const installed = packageOf('scripts/node').optionalDependencies ?? {};

test.each(workspaces)('%s has the same floor', (workspace) => {
  expect(packageOf(workspace).engines).toEqual({ node: floor });
});

test('scripts/setup installs the version of the images, for every processor, and it is above the floor', () => {
  const [version = '', ...others] = new Set(Object.values(installed));
  expect(others).toEqual([]);
  expect(satisfies(version, floor)).toBe(true);
  const files = globSync('*/Dockerfile', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect([...new Set(text(file).match(/node:[\d.]+/g))]).toEqual([`node:${version}`]);
});

test('tests, what they start by its path, and what they start by its name run with a Node above the floor', () => {
  const versionOf = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const versions = [process.version, versionOf(process.execPath), versionOf('node')];
  expect(versions.filter((version) => !satisfies(version, floor))).toEqual([]);
});

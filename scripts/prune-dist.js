/** Deletes what was compiled from sources that are no longer there: after a move, node would find the old file before the new one. */
const { existsSync, globSync, readFileSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = join(__dirname, '..');
for (const map of globSync('*/dist/**/*.js.map', { cwd: root })) {
  const path = join(root, map);
  const [source] = JSON.parse(readFileSync(path, 'utf8')).sources;
  // tsc names its sources by relative paths; bundles do not
  if (!source?.startsWith('../') || existsSync(join(dirname(path), source))) continue;
  const base = path.slice(0, -'.js.map'.length);
  for (const end of ['.js', '.js.map', '.d.ts']) rmSync(base + end, { force: true });
}

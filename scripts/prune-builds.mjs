// Removes build output of deleted sources: Node would find an old `probes/redis.js` before a new
// `probes/redis/index.js`. Runs before every build, in milliseconds.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

for (const workspace of json(join(root, 'package.json')).workspaces) {
  const [config, dist, src] = ['tsconfig.json', 'dist', 'src'].map((name) => join(root, workspace, name));
  if (!existsSync(config) || !existsSync(dist)) continue;
  // bundlers clean up themselves, and use other folders
  const { rootDir, outDir } = json(config).compilerOptions ?? {};
  if (rootDir !== 'src' || outDir !== 'dist') continue;
  for (const name of readdirSync(dist, { recursive: true })) {
    const stem = /^(?!web\/)(.*)\.js$/.exec(name)?.[1]; // web/ is built from a separate folder
    if (stem === undefined || existsSync(join(src, `${stem}.ts`))) continue;
    for (const end of ['.js', '.js.map', '.d.ts']) rmSync(join(dist, stem + end), { force: true });
  }
}

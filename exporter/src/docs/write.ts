/** Writes the generated files: `npm run docs -w exporter`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configurationReference } from './configuration';
import { cardFigures } from './figures';
import { editorSchema } from './json-schema';
import { metricsReference } from './metrics';

/** By path in the repository. */
export const GENERATED: Record<string, () => string> = {
  'exporter/onehertz.schema.json': () => `${JSON.stringify(editorSchema(), null, 2)}\n`,
  'docs/configuration.md': configurationReference,
  'docs/metrics.md': metricsReference,
  // probe definitions used by the panel
  'grafana-plugin/src/components/figures.json': () => `${JSON.stringify(cardFigures(), null, 2)}\n`,
};

function main(): void {
  const repository = resolve(__dirname, '../../..');
  for (const [file, content] of Object.entries(GENERATED)) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), content());
    process.stdout.write(`${file}\n`);
  }
}

if (require.main === module) main();

#!/usr/bin/env node
/** Writes the dashboards' JSON to provisioning/dashboards: `npm run dashboards -w provisioning`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS, ROOT } from '../files';
import { dashboards } from '.';

export function textOf(dashboard: object): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function main(): void {
  for (const [file, dashboard] of Object.entries(dashboards())) {
    const path = join(ROOT, DASHBOARDS, file);
    writeFileSync(path, textOf(dashboard));
    process.stdout.write(`${DASHBOARDS}/${file}\n`);
  }
}

if (require.main === module) main();

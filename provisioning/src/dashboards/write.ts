#!/usr/bin/env node
/**
 * Writes the dashboards' JSON to provisioning/dashboards: `npm run dashboards -w provisioning`. For several exporters,
 * with
 * `-- --stream onehertz-0 --stream onehertz-1 --folder <path>`: the `stream_id` of each, and another folder.
 */
import { Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DASHBOARDS, ROOT } from '../files';
import { dashboards } from '.';

export function textOf(dashboard: object): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function main(): void {
  const values = new Command('npm run dashboards -w provisioning --')
    .description('Writes the dashboards as JSON.')
    .option('--stream <id...>', 'stream_id of each exporter, where there are several')
    .option('--folder <path>', 'where to (default: provisioning/dashboards)')
    .helpOption('--help', 'print this text')
    .parse()
    .opts<{ stream?: string[]; folder?: string }>();
  // npm runs it in the workspace's folder, but the path is relative to the user's
  const folder =
    values.folder === undefined ? join(ROOT, DASHBOARDS) : resolve(process.env.INIT_CWD ?? '', values.folder);
  mkdirSync(folder, { recursive: true });
  for (const [file, dashboard] of Object.entries(dashboards(values.stream))) {
    writeFileSync(join(folder, file), textOf(dashboard));
    process.stdout.write(`${join(folder, file)}\n`);
  }
}

if (require.main === module) main();

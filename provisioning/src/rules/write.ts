#!/usr/bin/env node
/**
 * Writes deploy/kubernetes/prometheus-rule.yml: `npm run rules -w provisioning`, with
 * `-- --grafana https://grafana.example.org --runbooks https://wiki.example.org/alerts` for your own links.
 * With `--folder <path>` it writes the plain rule files there instead.
 */
import { Command } from 'commander';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, RULES_GLOB } from '../files';
import { prometheusRule, withLinks, type Links } from './prometheus-rule';

const program = new Command('npm run rules -w provisioning --')
  .description('Writes the alerts and recording rules as a PrometheusRule of the Prometheus operator.')
  .option('--grafana <url>', 'address of Grafana, for the links of the alerts')
  .option('--runbooks <url>', 'address of the pages of the alerts')
  .option('--folder <path>', 'write plain rule files there instead')
  .helpOption('--help', 'print this text');
const values = program.parse().opts<Links & { folder?: string }>();

if (values.folder === undefined) {
  writeFileSync(join(ROOT, 'deploy', 'kubernetes', 'prometheus-rule.yml'), prometheusRule(values));
} else {
  const source = join(ROOT, dirname(RULES_GLOB));
  mkdirSync(values.folder, { recursive: true });
  for (const file of readdirSync(source))
    writeFileSync(join(values.folder, file), withLinks(readFileSync(join(source, file), 'utf8'), values));
}

#!/usr/bin/env node
/**
 * Writes deploy/kubernetes/prometheus-rule.yml: `npm run kubernetes-rules -w provisioning`, with
 * `-- --grafana https://grafana.example.org --runbooks https://wiki.example.org/alerts` for links of one's own.
 * With `--folder <path>` it writes the plain rule files there instead.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, RULES_GLOB } from '../files';
import { prometheusRule, withLinks } from './prometheus-rule';

const { values } = parseArgs({
  options: { grafana: { type: 'string' }, runbooks: { type: 'string' }, folder: { type: 'string' } },
});

if (values.folder === undefined) {
  writeFileSync(join(ROOT, 'deploy', 'kubernetes', 'prometheus-rule.yml'), prometheusRule(values));
} else {
  const source = join(ROOT, dirname(RULES_GLOB));
  mkdirSync(values.folder, { recursive: true });
  for (const file of readdirSync(source))
    writeFileSync(join(values.folder, file), withLinks(readFileSync(join(source, file), 'utf8'), values));
}

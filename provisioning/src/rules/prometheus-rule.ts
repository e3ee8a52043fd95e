/** The rules as one object for the Prometheus operator, optionally with links to another Grafana and other runbooks. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ROOT, RULES_GLOB } from '../files';

export interface Links {
  /** Address of Grafana, e.g. `https://grafana.example.org`. */
  grafana?: string;
  /** Address of the folder that holds the pages of docs/alerts. */
  runbooks?: string;
}

/** The links in the shipped rule files. */
const SHIPPED_LINKS = {
  grafana: 'http://localhost:3000',
  runbooks: 'https://github.com/onehertz/onehertz/blob/main/docs/alerts',
};

/** The text of a rule file with other links. */
export function withLinks(text: string, { grafana, runbooks }: Links): string {
  const trimmed = (url: string) => url.replace(/\/+$/, '');
  return text
    .replaceAll(SHIPPED_LINKS.grafana, trimmed(grafana ?? SHIPPED_LINKS.grafana))
    .replaceAll(SHIPPED_LINKS.runbooks, trimmed(runbooks ?? SHIPPED_LINKS.runbooks));
}

/** A `PrometheusRule` (monitoring.coreos.com/v1) with all groups, as YAML. */
export function prometheusRule(links: Links): string {
  const folder = join(ROOT, dirname(RULES_GLOB));
  const groups = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const text = withLinks(readFileSync(join(folder, file), 'utf8'), links);
      return (parse(text) as { groups: unknown[] }).groups;
    });
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'onehertz' },
    spec: { groups },
  };
  const head = '# Generated from provisioning/prometheus/rules by `npm run rules -w provisioning`.\n';
  return head + stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * The rules as files: accepted by Debian's Prometheus and Alertmanager, PromQL valid for Prometheus 3, and all links
 * valid.
 */
import { findProgram } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { ALERTMANAGER_CONFIG, ROOT, RULES_GLOB } from '../src/files';
import { readPromql } from './promql';

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface RuleTest {
  alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
  promql_expr_test?: { exp_samples: { labels: string }[] }[];
}

const files = readdirSync(join(ROOT, 'provisioning', 'prometheus', 'rules')).map((name) =>
  join(ROOT, 'provisioning', 'prometheus', 'rules', name)
);
const rules = files.flatMap((file) =>
  (parse(readFileSync(file, 'utf8'), { merge: true }) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules
  )
);
const alerts = rules.filter((rule) => rule.alert !== undefined);

function run(program: string, ...args: string[]): string {
  return execFileSync(findProgram(program) ?? program, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
}

describe('prometheus', () => {
  test('accepts prometheus.yml and its rules', () => {
    const output = run('promtool', 'check', 'config', 'prometheus.yml');
    expect(output).toContain(`${files.length} rule files found`);
  });

  // ONEHERTZ_PROMTOOL names another one, e.g. of Prometheus 3, which counts the samples of a range differently
  const promtools = ['promtool', process.env.ONEHERTZ_PROMTOOL ?? ''].filter((program) => program !== '');
  test.each(
    readdirSync(join(ROOT, 'provisioning', 'prometheus', 'tests')).flatMap((file) =>
      promtools.map((promtool) => [file, promtool])
    )
  )(
    '%s: the rules behave as expected, by %s',
    (file, promtool) => {
      expect(run(promtool, 'test', 'rules', join('provisioning', 'prometheus', 'tests', file))).toContain('SUCCESS');
    },
    180_000
  );

  test('3.x reads every expression', () => {
    expect(rules.length).toBeGreaterThan(20);
    for (const { expr } of rules) expect({ expr, errors: readPromql(expr).errors }).toEqual({ expr, errors: [] });
    // the parser detects errors
    expect(readPromql('sum by (a) rate(x[5m]').errors).not.toEqual([]);
  });

  test('the glob of the rules matches all of them', () => {
    const { rule_files } = parse(readFileSync(join(ROOT, 'prometheus.yml'), 'utf8')) as { rule_files: string[] };
    expect(rule_files).toEqual([RULES_GLOB]);
  });
});

describe('alerts', () => {
  test('every rule that is used is one that is recorded', () => {
    const recorded = new Set(rules.map(({ record }) => record));
    const used = rules.flatMap(({ expr }) => readPromql(expr).selectors.map(({ metric }) => metric));
    const missing = used.filter((metric) => metric.includes(':') && !recorded.has(metric));
    expect(missing).toEqual([]);
  });

  test.each(alerts.map((alert) => [alert.alert ?? '', alert]))('%s has all required annotations', (name, alert) => {
    const { severity } = alert.labels ?? {};
    if (!severity?.includes('{{')) expect(['critical', 'warning', 'info', 'none']).toContain(severity);
    const { summary, description, runbook_url, dashboard_url } = alert.annotations ?? {};
    expect(summary?.length).toBeGreaterThan(10);
    expect(description?.length).toBeGreaterThan(30);
    expect(runbook_url).toMatch(new RegExp(`/docs/alerts/${name}\\.md$`));
    expect(dashboard_url).toMatch(/^http:\/\/localhost:3000\/d\/onehertz-(status|component|self)/);
  });

  test('each has its page, and each page its alert', () => {
    const folder = join(ROOT, 'docs', 'alerts');
    const pages = readdirSync(folder).filter((page) => page !== 'README.md');
    expect(pages.map((page) => basename(page, '.md')).sort()).toEqual(
      [...new Set(alerts.map(({ alert }) => alert))].sort()
    );
    for (const page of pages) {
      const text = readFileSync(join(folder, page), 'utf8');
      for (const heading of ['Meaning', 'Impact', 'Diagnosis', 'What to do'])
        expect({ page, has: text.includes(`\n## ${heading}\n`) && heading }).toEqual({ page, has: heading });
      expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`(${page})`);
    }
  });

  test('each fires in a test', () => {
    const folder = join(ROOT, 'provisioning', 'prometheus', 'tests');
    const cases = readdirSync(folder).flatMap(
      (file) => (parse(readFileSync(join(folder, file), 'utf8')) as { tests: RuleTest[] }).tests
    );
    const fired = cases.flatMap(({ alert_rule_test = [], promql_expr_test = [] }) => [
      ...alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
      ...promql_expr_test.flatMap(({ exp_samples }) =>
        exp_samples.map(({ labels }) => /alertname="(\w+)", alertstate="firing"/.exec(labels)?.[1])
      ),
    ]);
    expect([...new Set(alerts.map(({ alert }) => alert))].filter((name) => !fired.includes(name))).toEqual([]);
  });
});

describe('alertmanager', () => {
  const routeOf = (...labels: string[]) =>
    run('amtool', 'config', 'routes', 'test', `--config.file=${ALERTMANAGER_CONFIG}`, ...labels).trim();

  test('accepts its configuration', () => {
    expect(run('amtool', 'check-config', ALERTMANAGER_CONFIG)).toMatch(/SUCCESS/);
  });

  test.each(alerts.map((alert) => [alert.alert ?? '', alert.labels?.severity ?? '']))(
    '%s (%s) reaches a person, or is not meant to',
    (name, severity) => {
      for (const value of severity.includes('{{') ? ['critical', 'warning'] : [severity])
        expect(routeOf(`alertname=${name}`, `severity=${value}`, 'component=redis')).toBe(
          name === 'DependencyDown' ? 'null' : 'alert-log'
        );
    }
  );

  test('every alert that an inhibition names exists', () => {
    const { inhibit_rules } = parse(readFileSync(join(ROOT, ALERTMANAGER_CONFIG), 'utf8')) as {
      inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
    };
    const names = [...new Set(alerts.map(({ alert }) => alert ?? ''))];
    const matchers = inhibit_rules.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers]);
    for (const matcher of matchers.filter((text) => text.startsWith('alertname'))) {
      const pattern = /"(.*)"/.exec(matcher)?.[1] ?? '';
      // every branch of an alternation must match an alert, not just one of them
      const branches = pattern
        .replace(/(\w+)\(([^)]*)\)/g, (_all, head: string, tails: string) =>
          tails
            .split('|')
            .map((tail) => head + tail)
            .join('|')
        )
        .split('|');
      for (const branch of branches)
        expect({ branch, matches: names.some((name) => new RegExp(`^(${branch})$`).test(name)) }).toEqual({
          branch,
          matches: true,
        });
    }
  });
});

/**
 * What people copy from the runbooks: each begins with commands by platform, a silence and the maintenance command. The
 * silences are given to a real Alertmanager, the maintenance commands to a real exporter.
 */
import { findProgram, freePort, startAlertmanager, startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { PROBE_NAMES } from '@onehertz/exporter';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { localAlertmanagerConfig } from '../src';
import { ROOT } from '../src/files';

type Labels = Record<string, string>;

interface RuleTests {
  tests: {
    alert_rule_test?: { alertname: string; exp_alerts: { exp_labels: Labels }[] }[];
    promql_expr_test?: { exp_samples?: { labels?: string }[] }[];
  }[];
}

const FOLDER = join(ROOT, 'docs', 'alerts');
const CLI = join(ROOT, 'exporter', 'dist', 'cli.js');
const pages = readdirSync(FOLDER)
  .filter((page) => page !== 'README.md')
  .map((page): [string, string] => [basename(page, '.md'), firstSection(readFileSync(join(FOLDER, page), 'utf8'))]);
const labelsOf = firedLabels();
const folder = mkdtempSync(join(tmpdir(), 'onehertz-runbooks-'));
const started: RunningServer[] = [];
let alertmanager: RunningServer;
let exporter: RunningServer;

beforeAll(async () => {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const configFile = file('alertmanager.yml', localAlertmanagerConfig(`${nobody}/alerts`));
  started.push((alertmanager = await startAlertmanager({ configFile })));
  const names = [...new Set(Object.values(labelsOf).flatMap(({ component, depends_on }) => [component, depends_on]))];
  const components = names.flatMap((name) => (name === undefined ? [] : [{ name, probe: 'http', url: nobody }]));
  const config = file('onehertz.yml', stringify({ components }));
  exporter = await startNode({
    name: 'exporter',
    script: CLI,
    args: (port) => [
      `--config.file=${config}`,
      '--web.enable-maintenance-api',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    readyPath: '/-/ready',
  });
  started.push(exporter);
}, 60_000);

afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test.each(pages)('%s begins with what to do first', (_name, section) => {
  expect(section).toMatch(/`(journalctl|systemctl) /);
  expect(section).toMatch(/`docker /);
  expect(section).toMatch(/`kubectl /);
  expect(section).toMatch(/^ {3}amtool silence add /m);
  expect(section).toContain('onehertz maintenance <');
});

test.each(pages.filter(([name]) => /^(Component|Dependency|Vantage)/.test(name)))(
  '%s has a command for every probe',
  (_name, section) => {
    const rows = [...section.matchAll(/^ {3}\| (`.*?) +\| .*`/gm)].map(([, probes = '']) => probes).join();
    const missing = PROBE_NAMES.filter((probe) => !rows.includes(`\`${probe}\``));
    expect(rows.includes('others') ? [] : missing).toEqual([]);
  }
);

test.each(pages)('%s: its silence mutes its alert, and nothing else', async (alertname, section) => {
  const labels = { ...labelsOf[alertname], alertname, page: alertname };
  const other = { ...labels, ...bystander(labels) };
  await send([labels, other]);
  const [command = ''] = /amtool silence add .*/.exec(section) ?? [];
  const output = run(fill(command, labels), `--alertmanager.url=${alertmanager.url}`);
  expect(output).toMatch(/^[\da-f-]{36}\n$/);
  const silencing = [output.trim()];
  const silencedBy = () => stateOf(alertname);
  await waitFor(
    async () => {
      const found = await silencedBy();
      return JSON.stringify(found.get(key(labels))) === JSON.stringify(silencing);
    },
    { timeoutMs: 20_000, what: `${alertname} to be silenced by ${command}` }
  );
  expect((await silencedBy()).get(key(other))).toEqual([]);
  execFileSync(findProgram('amtool') ?? 'amtool', [
    'silence',
    'expire',
    ...silencing,
    `--alertmanager.url=${alertmanager.url}`,
  ]);
});

const maintained = pages.filter(([, section]) => /^ {3}onehertz maintenance /m.test(section));

test.each(maintained)('%s: its maintenance command works', (alertname, section) => {
  const [command = ''] = /^ {3}onehertz maintenance .*/m.exec(section) ?? [];
  const labels: Labels = { component: 'redis', ...labelsOf[alertname] };
  const filled = fill(command.replace(/#.*/, '').replace(/ --url \S+/, ''), labels);
  expect(run(filled, `--url=${exporter.url}`)).toContain(
    /maintenance <depends_on>/.test(command) ? labels.depends_on : labels.component
  );
});

test('alerts of components have a maintenance command', () => {
  const withComponent = Object.keys(labelsOf).filter((name) => labelsOf[name]?.component !== undefined);
  expect(withComponent.length).toBeGreaterThan(6);
  expect(maintained.map(([name]) => name)).toEqual(expect.arrayContaining(withComponent));
});

function firstSection(page: string): string {
  const [, first = ''] = /^# \w+\n+## Do this first\n(.*?)\n## Meaning\n/s.exec(page) ?? [];
  return first;
}

/** Labels with which each alert fires in the tests of the rules. */
function firedLabels(): Record<string, Labels> {
  const tests = join(ROOT, 'provisioning', 'prometheus', 'tests');
  const found: Record<string, Labels> = {};
  for (const file of readdirSync(tests))
    for (const { alert_rule_test = [], promql_expr_test = [] } of (
      parse(readFileSync(join(tests, file), 'utf8'), { merge: true }) as RuleTests
    ).tests) {
      for (const { alertname, exp_alerts } of alert_rule_test)
        if (exp_alerts[0]) found[alertname] ??= exp_alerts[0].exp_labels;
      for (const { exp_samples = [] } of promql_expr_test)
        for (const { labels = '' } of exp_samples) {
          const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
          const { alertname, alertstate, ...others } = Object.fromEntries(pairs) as Labels;
          if (alertname !== undefined && alertstate === 'firing' && others.job !== undefined)
            found[alertname] ??= others;
        }
    }
  return found;
}

/** What distinguishes an alert that must still be heard. */
function bystander({ component, kind, instance }: Labels): Labels {
  if (component !== undefined) return { component: 'bystander' };
  return kind === undefined
    ? { instance: 'bystander:10111', job: instance === undefined ? 'other' : 'onehertz-2' }
    : { kind: 'model' };
}

function fill(command: string, labels: Labels): string {
  return command.replace(/<(\w+)>/g, (_, name: string) => {
    const value = labels[name];
    if (value === undefined) throw new Error(`the alert has no label ${name}: ${command}`);
    return value;
  });
}

/** Runs it as a shell does, with further arguments. */
function run(command: string, ...args: string[]): string {
  const path = [dirname(findProgram('amtool') ?? ''), process.env.PATH].join(delimiter);
  const functions = `onehertz() { "${process.execPath}" "${CLI}" "$@"; }`;
  return execFileSync('sh', ['-c', `${functions}\n${command} "$@"`, 'sh', ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
}

async function send(alerts: Labels[]): Promise<void> {
  const body = JSON.stringify(alerts.map((labels) => ({ labels })));
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${alertmanager.url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);
}

const key = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());

/** The silences of each alert of this page. */
async function stateOf(page: string): Promise<Map<string, string[]>> {
  const url = `${alertmanager.url}/api/v2/alerts?filter=${encodeURIComponent(`page="${page}"`)}`;
  const known = (await (await fetch(url)).json()) as { labels: Labels; status: { silencedBy: string[] } }[];
  return new Map(known.map(({ labels, status }) => [key(labels), status.silencedBy]));
}

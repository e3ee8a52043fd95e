/** Every name of a metric in dashboards, rules, their tests and the pages of the alerts is one of the exporter's. Needs no server. */
import { ALERTMANAGER_METRIC, COMPONENT_METRIC, LIVE_METRIC, SELF_METRIC } from '@onehertz/contract';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/files';
import { FILES as DASHBOARDS, textOfFile } from './dashboard-files';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const list = (...folder: string[]) => readdirSync(join(ROOT, ...folder)).map((file) => [...folder, file]);

/** docs/metrics.md is generated from the exporter's definitions, and a test of the exporter keeps it current. */
const defined = new Map(
  [...read('docs', 'metrics.md').matchAll(/^\| `(\w+)` +\| (gauge|counter|histogram)/gm)].map(([, name = '', type]) => [
    name,
    type,
  ])
);
const samples = [...defined].flatMap(([name, type]) =>
  type === 'histogram' ? [name, ...['bucket', 'sum', 'count'].map((part) => `${name}_${part}`)] : [name]
);
const rules = list('provisioning', 'prometheus', 'rules');
const recorded = rules.flatMap((path) =>
  (parse(read(...path), { merge: true }) as { groups: { rules: { record?: string }[] }[] }).groups.flatMap((group) =>
    group.rules.flatMap(({ record }) => record ?? [])
  )
);
const known = new Set([...samples, ...recorded]);

/** All words that look like a metric of ours; `component_(info|flapping)` is two. */
function namesIn(text: string): string[] {
  const listed = [...text.matchAll(/\b(component_|onehertz_)\(([\w|]+)\)/g)].flatMap(([, prefix = '', names = '']) =>
    names.split('|').map((name) => prefix + name)
  );
  // names of recorded series have colons; a name that goes on behind it is a pattern
  const named = [...text.matchAll(/(?<![\w:/.-])(?:component_|onehertz_)\w+(?![\w:*(]|[.-][\w+*])/g)].map(
    ([name]) => name
  );
  return [...new Set([...listed, ...named])];
}

test('the definitions are read, with all names of the contract among them', () => {
  const ofContract = [COMPONENT_METRIC, SELF_METRIC, LIVE_METRIC, ALERTMANAGER_METRIC].flatMap((names) =>
    Object.values(names)
  );
  expect(ofContract.length).toBeGreaterThan(30);
  expect(ofContract.filter((name) => !defined.has(name))).toEqual([]);
  expect([...defined.keys()].filter((name) => /^component_(rabbitmq|celery)_/.test(name)).length).toBeGreaterThan(5);
  expect(namesIn('component_up == 1 and {__name__=~"component_(info|nothing)"}')).toEqual([
    'component_info',
    'component_nothing',
    'component_up',
  ]);
});

test.each([
  ...DASHBOARDS.map((file) => [`dashboards/${file}`, textOfFile(file)]),
  ...[
    ...rules,
    ...list('provisioning', 'prometheus', 'tests'),
    ...list('docs', 'alerts'),
    ['deploy', 'kubernetes', 'prometheus-rule.yml'],
  ].map((path) => [path.slice(1).join('/'), read(...path)]),
])('%s', (_file, text) => {
  expect(namesIn(text).filter((name) => !known.has(name))).toEqual([]);
});

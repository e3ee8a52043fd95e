/** Required parts of every probe; failures name the file to write. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { GENERATED } from '../../src/docs/write';
import { isSecret } from '../../src/fields/secrets';
import { COMPONENT_SCHEMAS, PROBES, PROBE_NAMES } from '../../src/probes';
import { placeOf, type AnyDefinition } from '../../src/probes/definition';
import { leaksIn } from '../canaries/canary';
import { checksOf, folderOf } from './kit/checks';

const repository = resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(join(repository, file), 'utf8');
/** Fails with a sentence that says what to write, and where. */
function need(isThere: boolean, file: string, what: string): void {
  expect(isThere ? 'there' : `${file}: ${what}`).toBe('there');
}

test('the folders of probes are those of the one list', () => {
  const shared = ['amqp', 'http-client', 'kit'];
  const folders = readdirSync(join(repository, 'exporter/src/probes'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
    .map(({ name }) => name);
  const listed = PROBE_NAMES.map(folderOf);
  for (const folder of folders)
    need(listed.includes(folder), 'exporter/src/probes/index.ts', `PROBES: the definition in ${folder}/index.ts`);
  for (const folder of listed)
    need(folders.includes(folder), `exporter/src/probes/${folder}`, 'the folder of a probe that is in PROBES');
});

test.each(Object.entries(GENERATED))('%s is what the probes say of themselves', (file, content) => {
  need(read(file) === content(), file, 'npm run docs -w exporter writes it anew');
});

describe.each(PROBES.map((definition: AnyDefinition) => [definition.name, definition] as const))(
  '%s',
  (name, probe) => {
    const source = `exporter/src/probes/${folderOf(name)}/index.ts`;
    const folder = `exporter/test/probes/${folderOf(name)}`;
    const checks = () => checksOf(name as (typeof PROBE_NAMES)[number]);

    test('is documented', () => {
      need(
        read('docs/configuration.md').includes(`\n### ${name}\n`),
        'docs/configuration.md',
        `npm run docs -w exporter writes the section ${name}`
      );
      need(probe.purpose.length > 40, source, 'purpose: what it does, in a sentence or two');
      const shape: Record<string, { description?: string }> = COMPONENT_SCHEMAS[name as 'http'].shape;
      for (const [key, { description }] of Object.entries(shape))
        need(
          key === 'probe' || key.endsWith('_file') || description !== undefined,
          `exporter/src/probes/${folderOf(name)}/settings.ts`,
          `.describe() the setting ${key}`
        );
    });

    test('has an example, and says where its components are', () => {
      const [example] = parse(probe.example.replace(/\$\{\w+\}/g, 'x')) as Record<string, unknown>[];
      expect(example).toMatchObject({ probe: name });
      const { key } = placeOf(probe);
      need(Object.hasOwn(probe.fields as object, key), source, 'fields: url or address, where its components are');
    });

    test('has a dashboard row of its gauges, and figures for cards', () => {
      for (const gauge of probe.gauges) expect(gauge.name).toMatch(/^component_[a-z0-9]+_[a-z0-9_]+$/);
      need(
        probe.gauges.length === 0 || (probe.row?.panels.length ?? 0) > 0,
        source,
        'row: the panels of its gauges on the dashboard Component'
      );
      const names = new Set(probe.gauges.map((gauge) => gauge.name));
      for (const { title, series } of probe.row?.panels ?? [])
        for (const metric of Object.keys(series))
          need(
            names.has(`${probe.row?.prefix}${metric}`),
            source,
            `row: "${title}" shows ${metric}, which is no gauge`
          );
      need(probe.figures.length > 0, source, 'figures: what its card shows beside status and message');
      const dashboard = read('provisioning/dashboards/onehertz-component.json');
      need(
        probe.row === undefined || dashboard.includes(probe.row.prefix),
        'provisioning/dashboards/onehertz-component.json',
        'npm run dashboards -w provisioning writes its row'
      );
    });

    test('units of gauges and panels agree', () => {
      const units: [end: RegExp, unit: string][] = [
        [/_seconds$/, 's'],
        [/_bytes$/, 'bytes'],
        [/_ratio$/, 'percentunit'],
      ];
      for (const { title, unit, series } of probe.row?.panels ?? [])
        for (const metric of Object.keys(series)) {
          const expected = units.find(([end]) => end.test(metric))?.[1] ?? 'none';
          need(unit === expected, source, `row: "${title}" shows ${metric} in "${unit}", not in "${expected}"`);
        }
    });

    test('is in the matrix of faults', () => {
      need(checks().faults.length > 0, `${folder}/checks.ts`, 'faults: its rows in the matrix of faults');
    });

    test('has a canary for each secret', () => {
      const written: Record<string, string> = {};
      const hosts = ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3'];
      const write = (file: string, content: string) => void (written[file] = content);
      const components = checks().canaries({ hosts, http: '127.0.0.1:4', write });
      const schema = COMPONENT_SCHEMAS[name as 'http'];
      for (const key of Object.keys(schema.shape).filter((one) => isSecret(schema, [one]))) {
        const values = components.map((fields) => fields[key] ?? written[String(fields[`${key}_file`])] ?? '');
        need(
          values.some((value) => leaksIn(decodeURIComponent(JSON.stringify(value))).length > 0),
          `${folder}/checks.ts`,
          `canaries: a component with a canary in its secret ${key}`
        );
      }
    });

    test('is killed, frozen and restarted', () => {
      const { lifecycle } = checks();
      if ('none' in lifecycle) return expect(lifecycle.none.length).toBeGreaterThan(20);
      const file = `${folder}/${lifecycle.test}`;
      need(existsSync(join(repository, file)), file, 'itSurvives(…) with its real server');
      need(/^\s+itSurvives\(/m.test(read(file)), file, 'itSurvives(…) with its real server');
    });

    test('is watched by the soak', () => {
      const { soak } = checks();
      if ('none' in soak) return expect(soak.none.length).toBeGreaterThan(20);
      const file = 'demo/src/runner/onehertz-config.ts';
      need(
        read(file).includes(`'${name}'`),
        file,
        `a component with the probe ${name} in the demo, which the soak watches`
      );
    });
  }
);

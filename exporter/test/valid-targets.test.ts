/**
 * Valid configurations never crash the process: the exporter starts with thousands of random targets of every probe.
 */
import { waitFor } from '@onehertz/demo';
import fc from 'fast-check';
import { plainSchema, type JsonSchema } from '../src/docs/json-schema';
import { COMPONENT_SCHEMAS, PROBES, type ProbeName } from '../src/probes';
import { placeOf } from '../src/probes/definition';
import { makeFolder, type Folder } from './config/helpers';
import { startExporter, type ExporterProcess } from './faults/exporter-process';

const PER_PROBE = 250;
const folder: Folder = makeFolder();
let exporter: ExporterProcess | undefined;
afterAll(() => {
  exporter?.kill();
  folder.remove();
});

/** Nothing listens there. */
const hosts = fc.constantFrom('127.0.0.1:1', 'localhost:1', '[::1]:1', '127.0.0.1:65535');
/** Characters that occur in URLs: raw percent signs, other alphabets, special characters. */
const part = fc.oneof(
  fc.constantFrom(
    '%',
    '100%',
    '%zz',
    '%2F',
    'p%40ss',
    'ü',
    'a b',
    '',
    'null',
    '__proto__',
    '..',
    '💥',
    '%00',
    'x'.repeat(300)
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 })
);

function urls(schemes: readonly string[]): fc.Arbitrary<string> {
  return (
    fc
      .tuple(fc.constantFrom(...schemes), fc.option(fc.tuple(part, part)), hosts, fc.option(part), fc.option(part))
      .map(([scheme, login, host, path, query]) => {
        const user = login ? `${login.join(':')}@` : '';
        return {
          host,
          url: `${scheme}://${user}${host}${path === null ? '' : `/${path}`}${query === null ? '' : `?a=${query}`}`,
        };
      })
      // no foreign host must be looked up
      .filter(({ host, url }) => !URL.canParse(url) || new URL(url).host === host)
      .map(({ url }) => url)
  );
}

/** Values of a setting by what its schema says in JSON Schema. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return fc.oneof(...choice.map(valuesOf));
  const { type = 'string' } = schema;
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1000, 1000) });
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return objectsOf(schema);
    default:
      return schema.pattern?.includes('ms|s|m') ? fc.constantFrom('1s', '800ms', '5s', '1m', '1d') : part;
  }
}

function objectsOf({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  if (typeof additionalProperties === 'object' && Object.keys(properties).length === 0)
    return fc.dictionary(part, valuesOf(additionalProperties), { maxKeys: 3 });
  const values = Object.entries(properties).map(([key, schema]) => [key, valuesOf(schema)] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: [...required] });
}

/** Components of a probe, most of which are good; files are left out, as there are none. */
function componentsOf(probe: (typeof PROBES)[number]): fc.Arbitrary<Record<string, unknown>> {
  const kinds = plainSchema().properties?.['components']?.items?.anyOf ?? [];
  const schema = kinds.find((kind) => kind.properties?.['probe']?.const === probe.name) ?? {};
  const { key } = placeOf(probe);
  const own = Object.entries(schema.properties ?? {}).filter(
    ([name]) =>
      !name.endsWith('_file') && !['probe', 'name', 'interval', 'timeout', 'depends_on', 'tls', key].includes(name)
  );
  const place = key === 'url' ? urls(schemesOf(probe.name)) : hosts;
  // few settings each, because each one may be invalid
  return fc
    .subarray(own, { maxLength: 2 })
    .chain((some) =>
      fc.record({ ...Object.fromEntries(some.map(([name, one]) => [name, valuesOf(one)])), [key]: place })
    );
}

/** Found by trying, as the error message lists them. */
function schemesOf(probe: ProbeName): string[] {
  const checked = COMPONENT_SCHEMAS[probe].safeParse({ probe, name: 'a', url: 'gopher://a' });
  const message = checked.error?.issues.find(({ path }) => path[0] === 'url')?.message ?? '';
  return [...message.matchAll(/([a-z+]+):\/\//g)].map((match) => match[1]!);
}

it('starts, probes, shows and stops', async () => {
  const seed = Number(process.env['ONEHERTZ_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const all = PROBES.flatMap((probe) =>
    fc
      .sample(componentsOf(probe), { numRuns: PER_PROBE, seed })
      .map((fields) => ({ probe: probe.name, ...fields, interval: '30s', timeout: '5s' }))
  );
  const candidates = all.map((fields, i) => ({ name: `c${i}`, ...fields }));
  const loaded = await folder.load(JSON.stringify({ components: candidates }));
  const wrong = new Set((loaded.ok ? [] : loaded.problems).map(({ path }) => /^components\[(\d+)\]/.exec(path)?.[1]));
  const accepted = candidates.filter((_, i) => !wrong.has(String(i)));
  const counts = accepted.reduce(
    (map, { probe }) => map.set(probe, (map.get(probe) ?? 0) + 1),
    new Map<string, number>()
  );
  expect([seed, Object.fromEntries(counts)]).toEqual([
    seed,
    Object.fromEntries(PROBES.map(({ name }) => [name, expect.any(Number) as number])),
  ]);
  expect(accepted.length).toBeGreaterThan(1000);

  exporter = await startExporter({ config: { components: accepted }, directory: folder.path, answerMs: 60_000 });
  await waitFor(
    async () => Object.values(await exporter!.components()).every((component) => component.last_check !== undefined),
    { timeoutMs: 60_000, what: `a result of every component (seed ${seed})` }
  );
  const metrics = await exporter.metrics();
  expect(metrics.sum('component_up')).toBe(0);
  expect([seed, exporter.log().match(/uncaught|unhandled|TypeError|RangeError/i)?.[0]]).toEqual([seed, undefined]);
  expect(await exporter.stop()).toBe(0);
}, 180_000);

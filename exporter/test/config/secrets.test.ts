/** An invalid configuration is explained without its secrets. */
import fc from 'fast-check';
import { formatProblems } from '../../src/config/load';
import { canary, inUrl, leaksIn } from '../canaries/canary';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

const url = (scheme: string) => `${scheme}://watcher:${inUrl('url')}@db.example:1`;
const CONFIG = {
  components: [
    { name: 'a', probe: 'postgresql', url: url('postgresql') },
    { name: 'b', probe: 'redis', url: url('redis'), password: canary('redis') },
    { name: 'c', probe: 'rabbitmq', url: url('amqp'), management_url: url('http') },
    { name: 'd', probe: 'minio', url: 'http://s3', access_key: canary('access'), secret_key: canary('secret') },
    {
      name: 'e',
      probe: 'http',
      url: url('http'),
      bearer_token: canary('bearer'),
      headers: { 'X-Api-Key': canary('key') },
    },
    { name: 'f', probe: 'tcp', address: 'db:1', send: canary('send'), expect: 'x' },
    { name: 'g', probe: 'tcp', url: url('tcp') },
  ],
  grafana_live: { url: 'http://grafana', token: canary('live') },
};

/** Every place of a value in the configuration. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: string[], change: (found: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  // an earlier change removed this position
  if (typeof value !== 'object' || value === null) return value;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, change);
  return copy;
}

const CHANGES: ((found: unknown) => unknown)[] = [
  (found) => [found],
  (found) => ({ value: found }),
  (found) => (typeof found === 'string' ? found.replace('://', ':/ /') : null),
  (found) => (typeof found === 'string' ? found.replace(/^\w+/, 'gopher') : 7),
  (found) => (typeof found === 'string' ? `${found}\n${found}` : found),
  (found) => (typeof found === 'string' ? `\${${found}` : found),
  () => canary('elsewhere'),
  () => undefined,
];

test('after any changes, moves and truncations', async () => {
  const places = placesOf(CONFIG).filter((path) => !['name', 'probe', 'address'].includes(path.at(-1) ?? ''));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...places), fc.constantFrom(...CHANGES)), { minLength: 1, maxLength: 3 }),
      fc.option(fc.nat()),
      async (changes, cut) => {
        let config: unknown = CONFIG;
        for (const [path, change] of changes) config = replaced(config, path, change);
        const text = JSON.stringify(config, null, 1) ?? '';
        const loaded = await folder.load(cut === null ? text : text.slice(0, cut % (text.length + 1)));
        const said = loaded.ok ? '' : formatProblems(loaded.problems);
        expect(leaksIn(said)).toEqual([]);
      }
    ),
    { numRuns: 500 }
  );
});

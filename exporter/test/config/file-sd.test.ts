/** Targets from files in Prometheus' file_sd format. */
import { chmodSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capacity } from '../../src/config/file-sd/capacity';
import { type FileSdMemory, loadConfig, type LoadResult } from '../../src/config/load';
import { nameOfAddress } from '../../src/text/names';
import { type Folder, makeFolder } from './helpers';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const CONFIG = 'components:\n  - { name: web, probe: http, url: "http://web" }\n  - file_sd: targets/*.yml\n';

const names = (loaded: LoadResult) => (loaded.ok ? loaded.config.components.map(({ name }) => name) : loaded.problems);
const warnings = (loaded: LoadResult) =>
  loaded.ok
    ? loaded.warnings.map(({ file, line, path, message }) => `${file}:${line} ${path}: ${message}`)
    : loaded.problems;

test('YAML and JSON, labels that are settings, and plain labels', async () => {
  folder.write(
    'targets/b.json',
    JSON.stringify([
      {
        targets: ['db:5432'],
        labels: {
          __probe__: 'postgresql',
          __component__: 'orders-db',
          __kind__: 'storage',
          __type__: 'db',
          __param_critical__: 'true',
          __param_timeout__: '300ms',
          __param_depends_on__: 'web, disk',
          __meta_consul_dc: 'x',
          job: 'blackbox',
          instance: 'i',
          region: 'eu',
          rack: 7,
        },
      },
    ])
  );
  folder.write('targets/a.yml', '- targets: [http://u:p@Backend:8000/health, api.example]\n- targets: []\n');
  folder.write('targets/c.yaml', '- targets: ["disk:9000"]\n  labels: { __probe__: tcp, __component__: disk }\n');
  folder.write('targets/empty.yml', '');
  const config = await folder.good(
    'components:\n  - { name: web, probe: http, url: "http://web" }\n  - file_sd: targets/*.yml\n' +
      '  - file_sd: targets/*.json\n  - file_sd: targets/c.yaml\n  - file_sd: targets/*.yml\n'
  );
  expect(config.components).toMatchObject([
    { name: 'web' },
    { name: 'backend-8000', display_name: 'Backend:8000/health', probe: 'http', url: 'http://u:p@Backend:8000/health' },
    { name: 'api-example', display_name: 'api.example', url: 'http://api.example', interval: 1000, labels: {} },
    {
      name: 'orders-db',
      display_name: 'Orders DB',
      probe: 'postgresql',
      url: 'postgresql://db:5432',
      kind: 'storage',
      type: 'db',
      critical: true,
      timeout: 300,
      depends_on: ['web', 'disk'],
      labels: { region: 'eu', rack: '7' },
    },
    { name: 'disk', probe: 'tcp', address: 'disk:9000' },
  ]);
  expect(Object.keys(config.components[3]!.labels)).toEqual(['region', 'rack']);
});

test('several targets share one name, each with its address; the scheme can be set', async () => {
  folder.write(
    'targets/a.yml',
    '- targets: ["b:1", "b:2"]\n  labels: { __component__: backend, __scheme__: https, __param_labels__: "{}" }\n'
  );
  const { components } = await folder.good(CONFIG);
  expect(components.slice(1)).toMatchObject([
    { name: 'backend-b-1', url: 'https://b:1' },
    { name: 'backend-b-2', url: 'https://b:2' },
  ]);
});

test('variables are not expanded: authors of targets may not read the environment', async () => {
  folder.write('targets/a.yml', '- targets: [a]\n  labels: { note: "${HOME}" }\n');
  const loaded = await folder.load(CONFIG, { HOME: 'secret' });
  expect(loaded).toMatchObject({ ok: true, config: { components: [{}, { labels: { note: '${HOME}' } }] } });
});

test('a bad file is skipped and reported, the rest is loaded', async () => {
  folder.write('targets/a.yml', '- targets: [a]\n');
  folder.write('targets/b.yml', '- targets: [b\n');
  folder.write('targets/c.yml', '- targets: c\n- labels: {}\n- targets: [x]\n  lables: {}\n');
  folder.write(
    'targets/d.yml',
    '- targets: [d1]\n- targets:\n    - d2\n  labels:\n    __probe__: htpp\n- targets: [d3]\n  labels: { __param_timeout__: 3s, __prob__: x }\n'
  );
  folder.write('targets/e.yml', Buffer.from([0x80]));
  folder.write('targets/f.yml', '- targets: ["web"]\n- targets: [a, f, f]\n');
  const loaded = await folder.load(CONFIG);
  expect(names(loaded)).toEqual(['web', 'a', 'd1', 'f']);
  const left = '(its targets are left out)';
  const one = '(it is left out)';
  expect(warnings(loaded)).toEqual([
    `targets/b.yml:2 : is not valid YAML: the indentation does not fit the lines above ${left}`,
    `targets/c.yml:1 [0].targets: expected a list, got text ${left}`,
    `targets/c.yml:2 [1].targets: is required, but missing ${left}`,
    `targets/c.yml:4 [2].lables: unknown key (did you mean "labels"?) ${left}`,
    `targets/d.yml:5 [1].labels.__probe__: unknown probe; expected one of postgresql, mysql, redis, rabbitmq, minio, celery, http, websdr, model_info, tcp ${one}`,
    `targets/d.yml:7 [2].labels.__prob__: sets nothing (did you mean "__probe__"?)`,
    `targets/d.yml:7 [2].labels.__param_timeout__: must be below the interval (1s), but is 3s ${one}`,
    `targets/e.yml:undefined : is not a text file in UTF-8 ${left}`,
    `targets/f.yml:1 [0].targets[0]: the name "web" is already used by components[0].name in line 2 of ${folder.path}/onehertz.yml ${one}`,
    `targets/f.yml:2 [1].targets[0]: the name "a" is already used by [0].targets[0] in line 1 of targets/a.yml ${one}`,
    `targets/f.yml:2 [1].targets[2]: the name "f" is already used by [1].targets[1] in line 2 ${one}`,
  ]);
});

test('targets with equal names are distinguished, and duplicates are used once', async () => {
  folder.write(
    'targets/a.yml',
    [
      '- targets: ["http://b:1", "https://b:1", "http://b:1/health?x=1&token=hunter2", "http://b:1/health?x=2"]',
      '- targets: [one.example]',
      '  labels: { team: a }',
      '- targets: [one.example, two.example]',
      '  labels: { team: b }',
    ].join('\n')
  );
  const loaded = await folder.load(CONFIG);
  const digest = expect.stringMatching(/^b-1-[0-9a-f]{6}$/) as string;
  expect(names(loaded)).toEqual(['web', 'b-1', 'b-1-https', 'b-1-http', digest, 'one-example', 'two-example']);
  expect(warnings(loaded)).toEqual([
    'targets/a.yml:4 [2].targets[0]: the name "one-example" is already used by [1].targets[0] in line 2 (it is left out)',
  ]);
});

test('labels of Prometheus are imported as far as possible', async () => {
  const labels = {
    __param_module: 'http_2xx',
    __param_target: 'x',
    __tmp_hash: '1',
    __tmp: '1',
    __metrics_path__: '/m',
    __scrape_interval__: '5s',
    type: 'switch',
    kind: 'k',
    status: 'live',
    version: '1.2',
    critical: 'yes',
    vantage: 'eu',
    cluster: 'main',
    queue: 'q',
    'app.kubernetes.io/name': 'shop',
    '0day': 'x',
    app_kubernetes_io_name: 'second',
    empty: '',
    region: 'eu',
  };
  folder.write('targets/a.yml', JSON.stringify([{ targets: ['a'], labels }]));
  const loaded = await folder.load(CONFIG);
  expect(warnings(loaded)).toEqual([]);
  expect(loaded.ok && loaded.config.components[1]).toMatchObject({
    kind: 'microservice',
    type: 'service',
    critical: false,
  });
  expect(loaded.ok && loaded.config.components[1]?.labels).toEqual({
    exported_type: 'switch',
    exported_kind: 'k',
    exported_status: 'live',
    exported_version: '1.2',
    exported_critical: 'yes',
    exported_vantage: 'eu',
    exported_cluster: 'main',
    exported_queue: 'q',
    app_kubernetes_io_name: 'shop',
    _0day: 'x',
    region: 'eu',
  });
});

test.each(['', ' \n'])('a JSON file that is temporarily empty keeps its targets: %j', async (content) => {
  const memory: FileSdMemory = new Map();
  const config = 'components:\n  - file_sd: targets/*.json\n';
  folder.write('targets/a.json', '[{"targets": ["a"]}]');
  await folder.load(config, {}, memory);
  folder.write('targets/a.json', content);
  const loaded = await folder.load(config, {}, memory);
  expect(names(loaded)).toEqual(['a']);
  expect(warnings(loaded)).toEqual([
    'targets/a.json:undefined : is empty; expected a list, [] for no targets (its previous targets are kept)',
  ]);
  folder.write('targets/a.json', '[]');
  expect(warnings(await folder.load(config, {}, memory))).toEqual([]);
});

test('in JSON too, a problem has its line, and a duplicate name the place of the other', async () => {
  const group = (host: string, name: string) => `{"targets": ["${host}"],\n "labels": {"__component__": "${name}"}}`;
  folder.write('targets/a.json', `[${group('one', 'first')},\n${group('two', 'second')}]`);
  folder.write('targets/b.json', `[${group('three', 'second')}]`);
  const loaded = await folder.load('components:\n  - file_sd: targets/*.json\n');
  expect(names(loaded)).toEqual(['first', 'second']);
  expect(warnings(loaded)).toEqual([
    'targets/b.json:2 [0].labels.__component__: the name "second" is already used by [1].labels.__component__ in line 4 of targets/a.json (its targets are left out)',
  ]);
});

test('a file that becomes invalid keeps its last good targets, a deleted one loses them', async () => {
  const memory: FileSdMemory = new Map();
  folder.write('targets/a.yml', '- targets: [a1, a2]\n');
  folder.write('targets/b.yml', '- targets: [b]\n');
  expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'a1', 'a2', 'b']);

  folder.write('targets/a.yml', '- targets: [a1');
  const bad = await folder.load(CONFIG, {}, memory);
  expect(names(bad)).toEqual(['web', 'a1', 'a2', 'b']);
  expect(warnings(bad)).toEqual([expect.stringMatching(/^targets\/a\.yml:1 .*\(its previous targets are kept\)$/)]);

  // again, because the stored targets are still available
  expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'a1', 'a2', 'b']);

  unlinkSync(join(folder.path, 'targets/a.yml'));
  expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'b']);

  folder.write('targets/a.yml', '- targets: [a1');
  expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'b']);

  folder.write('targets/a.yml', '- targets: [a3]');
  expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'a3', 'b']);
});

describe('a target that was edited and is wrong now stays as it was before', () => {
  const GOOD = [
    { targets: ['a:1'], labels: { __component__: 'a', __param_timeout__: '500ms' } },
    { targets: ['b:1'], labels: { __component__: 'b' } },
    { targets: ['http://c/x'] },
  ];
  type Group = { targets: string[]; labels?: Record<string, string> };
  const urls = (loaded: LoadResult) =>
    loaded.ok
      ? loaded.config.components.slice(1).map(({ name, ...more }) => [name, (more as { url?: string }).url])
      : [];
  const ALL = [
    ['a', 'http://a:1'],
    ['b', 'http://b:1'],
    ['c-x', 'http://c/x'],
  ];
  const edited = (change: (groups: Group[]) => void) => {
    const groups = structuredClone(GOOD) as Group[];
    change(groups);
    return JSON.stringify(groups);
  };

  test.each<[string, string, string[], unknown[]]>([
    [
      'one of its settings',
      edited(([a]) => Object.assign(a?.labels ?? {}, { __param_timeout__: 'soon' })),
      ['targets/a.json:1 [0].labels.__param_timeout__: expected a duration', 'its previous version is kept'],
      ALL,
    ],
    [
      'its address',
      edited(([a]) => a && (a.targets = ['http://[a'])),
      ['targets/a.json:1 [0].targets[0]: expected a URL', 'its previous version is kept'],
      ALL,
    ],
    [
      'the address of one that has no name',
      edited(([, , c]) => c && (c.targets = ['http://[c/x'])),
      ['targets/a.json:1 [2].targets[0]: expected a URL', 'its previous version is kept'],
      ALL,
    ],
    [
      'its setting, and it was moved, and another one is new',
      JSON.stringify([
        { targets: ['d:1'], labels: { __component__: 'd' } },
        GOOD[1],
        GOOD[2],
        { targets: ['a:1'], labels: { __component__: 'a', __param_timeout__: 'soon' } },
      ]),
      ['[3].labels.__param_timeout__', 'its previous version is kept'],
      [['d', 'http://d:1'], ALL[1], ALL[2], ALL[0]],
    ],
    [
      'nothing: it is new',
      JSON.stringify([...GOOD, { targets: ['http://[d'] }]),
      ['[3].targets[0]', 'it is left out'],
      ALL,
    ],
    [
      'its name, which another one has',
      edited(([a]) => Object.assign(a?.labels ?? {}, { __component__: 'web' })),
      ['the name "web" is already used', 'its previous version is kept'],
      ALL,
    ],
  ])('%s', async (_, content, said, expected) => {
    const memory: FileSdMemory = new Map();
    folder.write('targets/a.json', JSON.stringify(GOOD));
    expect(urls(await folder.load(CONFIG.replace('.yml', '.json'), {}, memory))).toEqual(ALL);
    folder.write('targets/a.json', content);
    // also when it is read again as it is
    for (let again = 0; again < 3; again++) {
      const loaded = await folder.load(undefined, {}, memory);
      expect(urls(loaded)).toEqual(expected);
      const [warning, ...others] = warnings(loaded);
      for (const part of said) expect(warning).toContain(part);
      expect(others).toEqual([]);
    }
    folder.write('targets/a.json', JSON.stringify(GOOD));
    const repaired = await folder.load(undefined, {}, memory);
    expect([urls(repaired), warnings(repaired)]).toEqual([ALL, []]);
  });
});

test.each([
  ['is not there, which the watcher sees end', () => undefined, false],
  [
    'is no text, which only another content ends',
    () => folder.write('targets/one.yml', Buffer.from([0xff, 0xfe, 0xff])),
    false,
  ],
  [
    'cannot be read, which may end without a change of it',
    () => symlinkSync('one.yml', join(folder.path, 'targets/one.yml')),
    true,
  ],
])('whether a file is retried without a change: it %s', async (_, make, again) => {
  folder.write('targets/other.yml', '[]');
  make();
  const loaded = await folder.load('components:\n  - file_sd: targets/one.yml\n');
  expect(loaded.ok && loaded.warnings.map(({ unread }) => unread)).toEqual([again]);
});

describe('a folder that cannot be read keeps its targets, with a warning', () => {
  const KEPT = (reason: string) => [`targets/*.yml:undefined : its folder: ${reason} (its previous targets are kept)`];
  const targets = () => join(folder.path, 'targets');
  const PERMISSION = 'cannot be read: permission denied';
  /** Runs `work` as another user, because root may read everything. */
  async function asSomebody<T>(work: () => Promise<T>): Promise<T> {
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.('nobody');
    try {
      return await work();
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  }
  const FAULTS: [string, string, () => void, () => void][] = [
    [
      'it is being replaced',
      'no such file',
      () => renameSync(targets(), `${targets()}.old`),
      () => renameSync(`${targets()}.old`, targets()),
    ],
    [
      'a file stands in its place',
      'no such file: a part of its path is not a folder',
      () => {
        renameSync(targets(), `${targets()}.old`);
        writeFileSync(targets(), '');
      },
      () => {
        unlinkSync(targets());
        renameSync(`${targets()}.old`, targets());
      },
    ],
    ['we may not', PERMISSION, () => chmodSync(targets(), 0), () => chmodSync(targets(), 0o755)],
  ];

  test.each(FAULTS)('%s', async (_, reason, begin, end) => {
    chmodSync(folder.path, 0o755);
    const memory: FileSdMemory = new Map();
    folder.write('targets/a.yml', '- targets: [a1, a2]\n');
    folder.write('targets/b.yml', '- targets: [b]\n');
    expect(names(await folder.load(CONFIG, {}, memory))).toEqual(['web', 'a1', 'a2', 'b']);
    begin();
    for (let again = 0; again < 2; again++) {
      const loaded = await asSomebody(() => folder.load(undefined, {}, memory));
      expect(names(loaded)).toEqual(['web', 'a1', 'a2', 'b']);
      expect(warnings(loaded)).toEqual(KEPT(reason));
    }
    end();
    unlinkSync(join(folder.path, 'targets/a.yml'));
    const after = await folder.load(undefined, {}, memory);
    expect([names(after), warnings(after)]).toEqual([['web', 'b'], []]);
  });
});

test('a missing file is no reason for rejection, and neither is a dependency that a file may provide', async () => {
  const config = CONFIG.replace('url: "http://web"', 'url: "http://web", depends_on: [late]');
  const loaded = await folder.load(config);
  expect(loaded).toMatchObject({ ok: true, config: { components: [{ name: 'web', depends_on: [] }] } });
  expect(warnings(loaded)).toEqual([
    'targets/*.yml:undefined : its folder: no such file (no file matches)',
    `${folder.path}/onehertz.yml:2 components[0].depends_on[0]: no component is named "late"`,
  ]);
  folder.write('targets/late.yml', '- targets: [x]\n  labels: { __component__: late }\n');
  expect(await folder.load(config)).toMatchObject({
    config: { components: [{ depends_on: ['late'] }, { name: 'late' }] },
    warnings: [],
    files: [join(folder.path, 'onehertz.yml'), join(folder.path, 'targets/*.yml')],
  });
});

test.each([
  ['http://user:secret@Backend:8000/health', 'backend-8000'],
  ['Backend.Example.org', 'backend-example-org'],
  ['10.0.0.7:9100', '10-0-0-7-9100'],
  ['[::1]:25', '1-25'],
  ['https://sdr.example/a/b?key=secret#x', 'sdr-example-a-b'],
  ['___', 'target'],
  ['http://', 'target'],
])('the name of %s is %s', (target, name) => {
  expect(nameOfAddress(target)).toBe(name);
});

test('a file of targets cannot make the exporter read other files and send them to targets', async () => {
  folder.write('secret', 'hunter2hunter2');
  for (const label of ['__param_bearer_token_file__', '__param_url_file__'])
    folder.write(`targets/${label}.yml`, `- targets: [evil.example]\n  labels: { ${label}: ../secret }\n`);
  const loaded = await folder.load(CONFIG);
  expect(names(loaded)).toEqual(['web']);
  expect(warnings(loaded)).toEqual([
    expect.stringContaining('__param_bearer_token_file__: a target file must not refer to other files'),
    expect.stringContaining('__param_url_file__: a target file must not refer to other files'),
  ]);
  expect(loaded.files).not.toContain(join(folder.path, 'secret'));
});

describe('more targets than there is memory for', () => {
  const file = () => join(folder.path, 'onehertz.yml');
  const list = (...hosts: string[]) => JSON.stringify([{ targets: hosts }]);

  test('the file with which there would be too many is left out, and keeps what it had', async () => {
    folder.write('onehertz.yml', CONFIG.replace('.yml"', '.json"').replace('targets/*.yml', 'targets/*.json'));
    const memory: FileSdMemory = new Map();
    folder.write('targets/a.json', list('a1', 'a2'));
    folder.write('targets/b.json', list('b1'));
    expect(names(await loadConfig(file(), {}, memory, 4))).toEqual(['web', 'a1', 'a2', 'b1']);
    folder.write('targets/b.json', list('b1', 'b2'));
    const loaded = await loadConfig(file(), {}, memory, 4);
    expect(names(loaded)).toEqual(['web', 'a1', 'a2', 'b1']);
    expect(warnings(loaded)).toEqual([
      expect.stringMatching(
        /^targets\/b\.json:undefined : there is memory for 4 components, and with this file there are more; .* \(its previous targets are kept\)$/
      ),
    ]);
    // others that are smaller still have room
    folder.write('targets/c.json', list('c1'));
    folder.write('targets/b.json', list());
    expect(names(await loadConfig(file(), {}, memory, 4))).toEqual(['web', 'a1', 'a2', 'c1']);
  });

  test('a container of 256 MiB has room for thousands, several exporters for more', () => {
    expect(capacity(1, 256 * 2 ** 20)).toBe(4096);
    expect(capacity(3, 256 * 2 ** 20)).toBe(3 * 4096);
    expect(capacity(1, 64 * 2 ** 20)).toBe(1000);
    expect(capacity()).toBeGreaterThanOrEqual(1000);
  });
});

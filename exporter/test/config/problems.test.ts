/** Messages for invalid configurations. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblems, loadConfig } from '../../src/config/load';
import { COMPONENT_METRICS, type MetricDefinition } from '../../src/outputs/metrics/definitions';
import { PROBES } from '../../src/probes';
import type { AnyDefinition } from '../../src/probes/definition';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

/** One component `a` (line 2: its probe) with these lines added. */
const component = (...lines: string[]) => `components:\n  - name: a\n    ${lines.join('\n    ')}\n`;
const redis = (...lines: string[]) => component('probe: redis', 'url: redis://r', ...lines);

test.each<[string, string, string[]]>([
  ['an empty file', '', ['onehertz.yml: is empty; expected at least the key components']],
  ['only comments', '# nothing\n', ['onehertz.yml: is empty; expected at least the key components']],
  ['a list', '- a\n', ['onehertz.yml:1: expected a map with at least the key components']],
  ['no components', 'interval: 1s\n', ['onehertz.yml:1: components: is required, but missing']],
  [
    'no component',
    'interval: 1s\ncomponents: []\n',
    ['onehertz.yml:2: components: is empty; name at least one component'],
  ],
  ['components that are no list', 'components: 3\n', ['onehertz.yml:1: components: expected a list, got a number']],
  [
    'an unknown key',
    `intervall: 1s\n${redis()}`,
    ['onehertz.yml:1: intervall: unknown key (did you mean "interval"?)'],
  ],
  [
    'an unknown key of a component',
    redis('critcal: true'),
    ['onehertz.yml:5: components[0].critcal: unknown key (did you mean "critical"?)'],
  ],
  [
    'an unknown key far from any other',
    'flapping: { foo: 1 }\ncomponents: [{ name: a, probe: redis, url: "redis://r" }]',
    ['onehertz.yml:1: flapping.foo: unknown key; known here: window, start, stop'],
  ],
  [
    'an unknown probe',
    component('probe: postgres', 'url: x'),
    [
      'onehertz.yml:3: components[0].probe: unknown probe "postgres" (did you mean "postgresql"?); expected one of ' +
        'postgresql, mysql, redis, rabbitmq, minio, celery, http, websdr, model_info, tcp',
    ],
  ],
  [
    'no probe',
    component('url: redis://r'),
    [
      'onehertz.yml:2: components[0]: probe is required, but missing; expected one of ' +
        'postgresql, mysql, redis, rabbitmq, minio, celery, http, websdr, model_info, tcp',
    ],
  ],
  [
    'no name',
    'components:\n  - probe: redis\n    url: redis://r\n',
    ['onehertz.yml:2: components[0].name: is required, but missing'],
  ],
  [
    'a bad name',
    'components:\n  - name: My DB\n    probe: redis\n    url: redis://r\n',
    [
      'onehertz.yml:2: components[0].name: expected lower-case letters, digits, "_" and "-", beginning with a letter or digit, but is "My DB"',
    ],
  ],
  [
    'no url',
    component('probe: redis'),
    ['onehertz.yml:2: components[0]: url is required, but missing; set url or url_file'],
  ],
  ['two urls', redis('url_file: secret'), ['onehertz.yml:5: components[0].url_file: url is set too; keep one of them']],
  [
    'a wrong type',
    redis('critical: maybe', 'failure_threshold: "3"', 'depends_on: b', 'labels: [a]', 'display_name: 7', 'kind:'),
    [
      'onehertz.yml:5: components[0].critical: expected true or false, got text',
      'onehertz.yml:6: components[0].failure_threshold: expected a number, got text',
      'onehertz.yml:7: components[0].depends_on: expected a list, got text',
      'onehertz.yml:8: components[0].labels: expected a map (key: value), got a list',
      'onehertz.yml:9: components[0].display_name: expected text (in quotes, if it looks like a number), got a number',
      'onehertz.yml:10: components[0].kind: expected text (in quotes, if it looks like a number), got nothing',
    ],
  ],
  [
    'numbers out of range',
    redis('failure_threshold: 0', 'success_threshold: 1.5'),
    [
      'onehertz.yml:5: components[0].failure_threshold: must be at least 1, but is 0',
      'onehertz.yml:6: components[0].success_threshold: expected a whole number, got a fraction',
    ],
  ],
  [
    'durations',
    redis('interval: 5', 'timeout: 1 s', 'degraded_above: soon'),
    [
      'onehertz.yml:5: components[0].interval: expected a duration such as "800ms", "1s" or "1m30s", got a number',
      'onehertz.yml:6: components[0].timeout: expected a duration such as "800ms", "1s" or "1m30s", but is "1 s"',
      'onehertz.yml:7: components[0].degraded_above: expected a duration such as "800ms", "1s" or "1m30s", but is "soon"',
    ],
  ],
  [
    'a timeout above the interval',
    redis('timeout: 2s'),
    ['onehertz.yml:5: components[0].timeout: must be below the interval (1s), but is 2s'],
  ],
  [
    'a timeout of the interval',
    redis('interval: 5s', 'timeout: 5s'),
    ['onehertz.yml:6: components[0].timeout: must be below the interval (5s), but is 5s'],
  ],
  ['no time at all', redis('timeout: 0s'), ['onehertz.yml:5: components[0].timeout: must be longer than 0s']],
  [
    'an interval of part of a second',
    redis('interval: 1500ms'),
    ['onehertz.yml:5: components[0].interval: must be whole seconds, but is 1s500ms'],
  ],
  [
    'an interval below a second',
    redis('interval: 500ms'),
    ['onehertz.yml:5: components[0].interval: must be from 1s to 1d, but is 500ms'],
  ],
  [
    'global timing',
    `interval: 1s\ntimeout: 1s\n${redis()}`,
    ['onehertz.yml:2: timeout: must be below the interval (1s), but is 1s'],
  ],
  [
    'a limit that is never reached',
    redis('degraded_above: 900ms'),
    [
      'onehertz.yml:5: components[0].degraded_above: must be below the timeout (800ms), or it is never reached, but is 900ms',
    ],
  ],
  [
    'flapping that ends above its start',
    `flapping: { start: 20, stop: 20 }\n${redis()}`,
    ['onehertz.yml:1: flapping.stop: must be below start (20), but is 20'],
  ],
  [
    'a key of another probe',
    redis('min_workers: 2').replace('url: redis://r', 'url: redis://r'),
    [
      'onehertz.yml:5: components[0].min_workers: is a key of celery, but not of the probe redis; known here: probe, name, ' +
        'display_name, labels, interval, timeout, critical, degraded_above, degraded_threshold, failure_threshold, success_threshold, ' +
        'depends_on, links, maintenance, kind, type, url, url_file, password, password_file, tls, role',
    ],
  ],
  [
    'an unknown choice',
    component('probe: websdr', 'url: http://w', 'software: openwebrxx'),
    [
      'onehertz.yml:5: components[0].software: expected one of auto, openwebrx, kiwisdr, http, but is "openwebrxx" (did you mean "openwebrx"?)',
    ],
  ],
  [
    'labels',
    redis('labels: { job: a, cluster: eu, "b c": d, __x__: e }'),
    [
      'onehertz.yml:5: components[0].labels.job: this label is set by Onehertz or Prometheus; choose another name',
      'onehertz.yml:5: components[0].labels.cluster: this label is set by Onehertz or Prometheus; choose another name',
      'onehertz.yml:5: components[0].labels["b c"]: expected a label name such as "region"',
      'onehertz.yml:5: components[0].labels.__x__: labels that begin with "__" are settings, and this is not one of them',
    ],
  ],
  [
    'queues',
    component('probe: rabbitmq', 'url: amqp://r', 'queues: [a, { nam: b }, 3]'),
    [
      'onehertz.yml:5: components[0].queues[1].name: is required, but missing',
      'onehertz.yml:5: components[0].queues[1].nam: unknown key (did you mean "name"?)',
      'onehertz.yml:5: components[0].queues[2]: expected text, or a map with more settings, got a number',
    ],
  ],
  [
    'maintenance',
    redis(
      'maintenance:',
      '  - { cron: "61 * * * *", duration: 1h }',
      '  - { cron: "0 0 3 * * 0", duration: 1h }',
      '  - { cron: "0 0 31 2 *", duration: 0s }',
      '  - { cron: "0 3 * * 0", duration: 1h, timezone: Europe/Rom }'
    ),
    [
      'onehertz.yml:6: components[0].maintenance[0].cron: expected five cron fields such as "0 3 * * 0" (minute, hour, day, month, weekday): Invalid value for minute: 61',
      "onehertz.yml:7: components[0].maintenance[1].cron: expected five cron fields such as \"0 3 * * 0\" (minute, hour, day, month, weekday): mode '5-part' requires exactly 5 parts, but pattern '0 0 3 * * 0' has 6 parts",
      'onehertz.yml:8: components[0].maintenance[2].duration: must be longer than 0s',
      'onehertz.yml:8: components[0].maintenance[2].cron: describes a time that never occurs',
      'onehertz.yml:9: components[0].maintenance[3].timezone: unknown time zone; expected an IANA name such as "Europe/Rome"',
    ],
  ],
  [
    'half a pair of keys',
    component('probe: minio', 'url: http://m', 'access_key: a'),
    ['onehertz.yml:5: components[0].access_key: is set, but secret_key is missing'],
  ],
  [
    'an address',
    component('probe: tcp', 'address: db.example'),
    ['onehertz.yml:4: components[0].address: expected host:port, e.g. "db.example:5432", but is "db.example"'],
  ],
  [
    'TLS settings without TLS',
    component('probe: tcp', 'address: db:1', 'tls_server_name: x'),
    ['onehertz.yml:5: components[0].tls_server_name: has no effect without tls: true'],
  ],
  [
    'file_sd',
    'components:\n  - file_sd: targets/*.txt\n  - file_sd: "*/a.yml"\n  - { file_sd: a.yml, probe: http }\n  - { file_sd: 1 }\n',
    [
      'onehertz.yml:2: components[0].file_sd: expected a name that ends in .json, .yml, .yaml',
      'onehertz.yml:3: components[1].file_sd: only the last part of the path may have wildcards: "targets/*.yml"',
      'onehertz.yml:4: components[2].probe: unknown key',
      'onehertz.yml:5: components[3].file_sd: expected text (in quotes, if it looks like a number), got a number',
    ],
  ],
])('%s', async (_, content, expected) => {
  expect(await folder.problems(content)).toEqual(expected);
});

test('a label that series already have cannot be set', async () => {
  const taken: { labels?: readonly string[] }[] = [
    ...Object.values<MetricDefinition>(COMPONENT_METRICS),
    ...PROBES.flatMap(({ gauges }: AnyDefinition) => [...gauges]),
  ];
  const all = new Set([
    'component',
    'kind',
    'type',
    'vantage',
    'job',
    'le',
    ...taken.flatMap(({ labels = [] }) => labels),
  ]);
  expect([...all]).toEqual(
    expect.arrayContaining(['version', 'critical', 'display_name', 'probe', 'depends_on', 'dependency', 'queue'])
  );
  const labels = JSON.stringify(Object.fromEntries([...all].map((name) => [name, 'x'])));
  const found = await folder.problems(`components: [{ name: a, probe: http, url: "http://a", labels: ${labels} }]`);
  expect(found).toHaveLength(all.size);
});

test.each<[string, string, string]>([
  [
    'an unknown probe',
    'probe: telepathy, timout: 1s, interval: 3',
    'components[0].timout: unknown key (did you mean "timeout"?)',
  ],
  ['a misspelt one', 'probe: htpp, critical: perhaps', 'components[0].critical: expected true or false, got text'],
  [
    'none',
    'interval: soon',
    'components[0].interval: expected a duration such as "800ms", "1s" or "1m30s", but is "soon"',
  ],
])('%s hides no other problem', async (_, rest, expected) => {
  const found = await folder.problems(`components: [{ name: a, ${rest}, url: "http://a" }]`);
  expect(found.map((line) => line.replace('onehertz.yml:1: ', ''))).toContain(expected);
  expect(found.join()).toContain('probe');
});

test.each<[string, RegExp]>([
  ['url: "\\"http://a\\""', /begins with a quote; in a list of Compose/],
  ['url: "\'http://a\'"', /begins with a quote/],
  ['url: "\u201chttp://a\u201d"', /begins with a quote/],
  ['url: "http://a/#/health"', /what follows "#" is never sent/],
  ['url: "http://a", bearer_token: "abc\\rdef"', /expected printable ASCII/],
  ['url: "http://a", bearer_token: "\u201cabc\u201d"', /expected printable ASCII/],
  ['url: "http://a", headers: { X-A: "\u201cabc\u201d" }', /printable characters in one line/],
  ['url: "http://a", headers: { X-A: "a\\rb" }', /printable characters in one line/],
  ['url: "http://a", headers: { Transfer-Encoding: chunked }', /set by the connection itself/],
  ['url: "http://a", headers: { Connection: upgrade }', /set by the connection itself/],
  ['url: "http://a", headers: { "X A": x }', /name of an HTTP header/],
])('values that cannot be sent are rejected: %s', async (fields, message) => {
  const found = await folder.problems(`components: [{ name: a, probe: http, ${fields} }]`);
  expect(found).toEqual([expect.stringMatching(message)]);
});

test('duplicate names name both lines', async () => {
  const one = (name: string) => `  - name: ${name}\n    probe: redis\n    url: redis://r\n`;
  expect(await folder.problems(`components:\n${one('a')}${one('b')}${one('a')}`)).toEqual([
    'onehertz.yml:8: components[2].name: the name "a" is already used by components[0].name in line 2',
  ]);
});

test('dependencies: unknown, itself, a cycle', async () => {
  const one = (name: string, on: string) =>
    `  - { name: ${name}, probe: redis, url: "redis://r", depends_on: [${on}] }\n`;
  expect(await folder.problems(`components:\n${one('web', 'redi')}${one('redis', '')}`)).toEqual([
    'onehertz.yml:2: components[0].depends_on[0]: no component is named "redi" (did you mean "redis"?)',
  ]);
  expect(await folder.problems(`components:\n${one('a', 'a')}`)).toEqual([
    'onehertz.yml:2: components[0].depends_on: a component cannot depend on itself',
  ]);
  expect(
    await folder.problems(`components:\n${one('x', 'a')}${one('a', 'b')}${one('b', 'c')}${one('c', 'a')}`)
  ).toEqual([
    'onehertz.yml:3: components[1].depends_on: is part of a cycle: a → b → c → a; remove one of these dependencies',
  ]);
});

test('a problem does not hide those of other keys and components', async () => {
  const problems = await folder.problems(
    'components:\n' +
      '  - { name: A, probe: redis, url: "redis://r", timeout: 3s, depends_on: [nobody], bukets: 1 }\n' +
      '  - { name: b, probe: nope }\n' +
      '  - { name: c, probe: tcp, address: x, timeout: 3s }\n'
  );
  expect(problems).toEqual([
    expect.stringContaining('components[0].name: expected'),
    expect.stringContaining('components[0].bukets: unknown key'),
    expect.stringContaining('components[0].timeout: must be below'),
    expect.stringContaining('components[0].depends_on[0]: no component is named "nobody"'),
    expect.stringContaining('components[1].probe: unknown probe "nope"'),
    expect.stringContaining('components[2].address: expected host:port'),
    expect.stringContaining('components[2].timeout: must be below'),
  ]);
});

describe('URLs', () => {
  const one = (url: string) => folder.problems(component('probe: redis', `url: ${JSON.stringify(url)}`));

  test.each([
    [
      'redis://u:hunter2@[bad',
      'expected a URL such as redis://host, but it cannot be parsed; percent-encode special characters in a password',
    ],
    [
      'redis://u:hunter2/x@host:9',
      'expected a URL such as redis://host, but it cannot be parsed; percent-encode special characters in a password',
    ],
    ['http://u:hunter2@host', 'expected a URL that begins with redis:// or rediss:// or valkey:// or valkeys://'],
    [
      'hunter2',
      'expected a URL such as redis://host, but it cannot be parsed; percent-encode special characters in a password',
    ],
    ['redis:///0', 'expected a URL such as redis://host, but it has no host'],
    [' ', 'expected a URL such as redis://host, got an empty value'],
  ])('%s', async (url, message) => {
    expect(await one(url)).toEqual([`onehertz.yml:4: components[0].url: ${message}`]);
  });
});

describe('variables', () => {
  test('that are not set are reported once each, without follow-up problems', async () => {
    expect(await folder.problems(component('probe: redis', 'url: redis://${HOST}:${PORT}', 'critical: ${C}'))).toEqual([
      'onehertz.yml:4: components[0].url: the environment variable HOST is not set; set it, or write ${HOST:-default}',
      'onehertz.yml:4: components[0].url: the environment variable PORT is not set; set it, or write ${PORT:-default}',
      'onehertz.yml:5: components[0].critical: the environment variable C is not set; set it, or write ${C:-default}',
    ]);
  });

  test('with an invalid value are named, without the value', async () => {
    const env = { URL: 'hunter2', N: 'hunter2', NAME: 'Hunter2', P: 'hunter2', E: '' };
    const problems = await folder.problems(
      'components:\n' +
        '  - { name: "${NAME}", probe: redis, url: "${URL}", failure_threshold: "${N}", timeout: "${N}" }\n' +
        '  - { name: b, probe: "${P}" }\n' +
        '  - { name: c, probe: redis, url: "${E}" }\n',
      env
    );
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).not.toMatch(/hunter2/i);
    expect(problems[0]).toMatch(/components\[0\]\.name: .*\(in the value of NAME\)$/);
    expect(problems.at(-1)).toMatch(
      /url: expected a URL such as redis:\/\/host, got an empty value \(in the value of E\)$/
    );
  });
});

describe('secret files', () => {
  test('that cannot be used', async () => {
    folder.write('empty', ' \n');
    folder.write('large', 'x'.repeat(70_000));
    folder.write('binary', Buffer.from([0xff, 0xfe, 0x80]));
    folder.write('wrong', 'hunter2');
    mkdirSync(join(folder.path, 'dir'), { recursive: true });
    symlinkSync('loop', join(folder.path, 'loop'));
    const names = ['missing', 'empty', 'large', 'binary', 'dir', 'loop', 'wrong'];
    const lines = names.map((name, i) => `  - { name: c${i}, probe: redis, url_file: ${name} }\n`);
    expect(await folder.problems(`components:\n${lines.join('')}`)).toEqual([
      'onehertz.yml:2: components[0].url_file: the file missing: no such file',
      'onehertz.yml:3: components[1].url_file: the file empty is empty',
      'onehertz.yml:4: components[2].url_file: the file large: is larger than 64 KiB; is it the right file?',
      'onehertz.yml:5: components[3].url_file: the file binary: is not a text file in UTF-8',
      'onehertz.yml:6: components[4].url_file: the file dir: is a folder, not a file',
      'onehertz.yml:7: components[5].url_file: the file loop: cannot be read: its symbolic links form a loop',
      'onehertz.yml:8: components[6].url_file: expected a URL such as redis://host, but it cannot be parsed; percent-encode special characters in a password',
    ]);
  });
});

describe('YAML', () => {
  test.each([
    ['a: [1,\nb: 2', 'onehertz.yml:2: is not valid YAML: the indentation does not fit the lines above'],
    ['components:\n\t- a', 'onehertz.yml:2: is not valid YAML: tabs are not allowed for indentation; use spaces'],
    ['a: 1\nb: 2\na: 3', 'onehertz.yml:3: is not valid YAML: this key is duplicated in the same map'],
    [
      'a: "hunter2',
      'onehertz.yml:1: is not valid YAML: a character is missing: a closing quote or bracket, or the ":" after a key',
    ],
    ['a: @hunter2', 'onehertz.yml:1: is not valid YAML: a value cannot begin with this character; put it in quotes'],
    ['a: !hunter2 b', 'onehertz.yml:1: is not valid YAML: unknown tag; put the value in quotes if it begins with "!"'],
    [
      'a: *hunter2',
      'onehertz.yml:1: is not valid YAML: an alias (*name) has no anchor (&name) above it; put the value in quotes if it begins with "*"',
    ],
    [
      'a: 1\n---\nb: 2',
      'onehertz.yml:2: is not valid YAML: only one document is allowed, but a second one begins here ("---")',
    ],
    [
      'a: b: hunter2',
      'onehertz.yml:1: is not valid YAML: a second ": " in one line, or a list in place of a value; put the value in quotes',
    ],
    [
      'a: {{ hunter2 }}',
      'onehertz.yml:1: is not valid YAML: a key must be a single word; put a value that begins with "{" or "[" in quotes',
    ],
    [
      'a: &x [*x]',
      'onehertz.yml:1: is not valid YAML: an alias (*name) has no anchor (&name) above it; put the value in quotes if it begins with "*"',
    ],
    ['- '.repeat(100_000), 'onehertz.yml: is nested too deeply to be a configuration'],
    ['['.repeat(100_000), 'onehertz.yml: is nested too deeply to be a configuration'],
    ['{"a":'.repeat(100_000), 'onehertz.yml: is nested too deeply to be a configuration'],
    ['- hunter2\nb: 1', 'onehertz.yml:2: is not valid YAML: unexpected content here'],
  ])('%.30j', async (content, expected) => {
    expect(await folder.problems(content)).toEqual([expected]);
  });

  test('excessive aliases', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'])
      bomb.push(`${name}: &${name} [${Array<string>(10).fill(`*${of}`).join(', ')}]`);
    expect(await folder.problems(bomb.join('\n'))).toEqual([
      'onehertz.yml: is not usable: its aliases expand to more than 1000 values',
    ]);
  });
});

describe('the file itself', () => {
  const load = async (file: string) => {
    const loaded = await loadConfig(file, {});
    return loaded.ok ? 'ok' : formatProblems(loaded.problems).replaceAll(`${folder.path}/`, '');
  };

  test('is missing, a folder, too large or binary', async () => {
    expect(await load(join(folder.path, 'nothing.yml'))).toBe('nothing.yml: no such file');
    expect(await load(folder.write('big.yml', ' '.repeat(1_100_000)))).toBe(
      'big.yml: is larger than 1 MiB; is it the right file?'
    );
    expect(await load(folder.write('bin.yml', Buffer.from([0x80])))).toBe('bin.yml: is not a text file in UTF-8');
    mkdirSync(join(folder.path, 'd.yml'), { recursive: true });
    expect(await load(join(folder.path, 'd.yml'))).toBe('d.yml: is a folder, not a file');
  });

  test('is not permitted', async () => {
    const file = folder.write('closed.yml', 'components: []');
    chmodSync(file, 0);
    // root may read everything
    expect(await load(file)).toMatch(
      process.getuid?.() === 0 ? 'is empty' : 'closed.yml: cannot be read: permission denied'
    );
  });

  test('returns the files to watch even if it is rejected', async () => {
    folder.write('key', 'x');
    const loaded = await folder.load('components: [{ name: a, probe: redis, url_file: key }, { file_sd: t/*.yml }]');
    expect(loaded).toMatchObject({
      ok: false,
      files: ['onehertz.yml', 'key', 't/*.yml'].map((name) => join(folder.path, name)),
    });
  });
});

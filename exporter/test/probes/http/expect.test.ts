/** `expect`, `method` and `body`, and what check-config says of them. */
import { createProbe } from '../../../src/probes';
import { makeFolder } from '../../config/helpers';
import { makeTarget, runOnce, silentContext } from '../kit/helpers';
import { type LocalServer, serve } from './support';

const DOCUMENT = { status: 'UP', queue: { length: 12 }, checks: [{ s: 'ok' }, { s: 'ok' }], 'a/b': null };
let server: LocalServer;
let answer: { status: number; body: string; headers?: Record<string, string> };
beforeAll(async () => {
  server = await serve((request, response) => {
    response.writeHead(answer.status, { 'x-method': request.method, ...answer.headers });
    if (request.url === '/echo') request.pipe(response);
    else response.end(answer.body);
  });
});
afterAll(() => server.close());
beforeEach(() => (answer = { status: 200, body: JSON.stringify(DOCUMENT), headers: { 'X-Cache': 'HIT from edge' } }));

async function run(fields: Record<string, unknown>, path = '/health') {
  const probe = createProbe(makeTarget('http', { url: `${server.url}${path}`, ...fields }), silentContext());
  try {
    return await runOnce(probe);
  } finally {
    await probe.close();
  }
}
const json = (...expectations: object[]) => ({ expect: { json: expectations } });

it.each<[Record<string, unknown>, string | undefined]>([
  [{ expect: { status: [200, 204] } }, undefined],
  [{ expect: { status: ['2XX'] } }, undefined],
  [{ expect: { status: ['201-299'] } }, 'HTTP 200 OK, reports "UP"'],
  [{ expect: { header: { 'x-cache': 'hit' } } }, undefined],
  [
    { expect: { header: { 'x-cache': 'MISS' } } },
    'HTTP 200, but its header x-cache is "HIT from edge", and does not contain "MISS"',
  ],
  [{ expect: { header: { 'x-none': 'a' } } }, 'HTTP 200, but its answer has no header x-none'],
  [{ expect: { contains: ['"UP"', 'queue'] } }, undefined],
  [{ expect: { contains: ['DOWN'] } }, 'HTTP 200, but its body does not contain "DOWN"'],
  [{ expect: { not_contains: ['queue'] } }, 'HTTP 200, but its body contains "queue"'],
  [{ expect: { matches: '"length":\\d+' } }, undefined],
  [{ expect: { matches: '"length":\\d{3}' } }, 'HTTP 200, but its body does not match "\\"length\\":\\\\d{3}"'],
  [{ expect: { not_matches: '(?i)"up"' } }, 'HTTP 200, but its body matches "(?i)\\"up\\""'],
  [json({ path: '$.status', equals: 'UP' }, { path: '/queue/length', above: 3, below: 13 }), undefined],
  [json({ path: '$.checks[*].s', equals: 'ok' }, { path: '/a~1b', equals: null }), undefined],
  [json({ path: '$.status', equals: 'DOWN' }), 'HTTP 200, but $.status is "UP", expected "DOWN"'],
  [json({ path: '$.queue.length', below: 12 }), 'HTTP 200, but $.queue.length is 12, expected less than 12'],
  [json({ path: '$.queue.length', equals: '12' }), 'HTTP 200, but $.queue.length is 12, expected "12"'],
  [json({ path: '$.nothing', above: 1 }), 'HTTP 200, but $.nothing is not in its body'],
  [json({ path: '/queue', exists: false }), 'HTTP 200, but /queue exists, and must not'],
  [json({ path: '$.checks[?@.s != "ok"]', exists: false }), undefined],
  [json({ path: '$.checks[?match(@.s, "o.")]' }), undefined],
  [json({ path: '$.status', matches: '^D' }), 'HTTP 200, but $.status is "UP", which does not match "^D"'],
])('%j', async (fields, error) => {
  const result = await run(fields);
  if (error === undefined) expect(result).toMatchObject({ status: 'healthy' });
  else expect(result).toMatchObject({ status: 'unhealthy', error });
});

it('checks a body against expectations, not as a health document', async () => {
  answer.body = '{"status":"DOWN","components":{"db":{"status":"DOWN"}}}';
  expect(await run({})).toMatchObject({ status: 'unhealthy' });
  expect(await run(json({ path: '$.status' }))).toMatchObject({
    status: 'healthy',
    details: { dependencies: { db: 'unhealthy' } },
  });
  answer.body = 'x';
  expect((await run(json({ path: '$.status' }))).error).toMatch(/HTTP 200, but its body is not JSON$/);
});

it('checks each response again, even if only the time differs', async () => {
  const fields = json({ path: '$.uptime', below: 100 });
  const probe = createProbe(makeTarget('http', { url: server.url, ...fields }), silentContext());
  answer.body = '{"status":"UP","uptime":99}';
  expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
  answer.body = '{"status":"UP","uptime":100}';
  expect(await runOnce(probe)).toMatchObject({ status: 'unhealthy' });
  await probe.close();
});

it('takes linear time for hostile texts', async () => {
  answer.body = `${'a'.repeat(200_000)}!`;
  const begun = performance.now();
  expect((await run({ timeout: '900ms', expect: { matches: '^(a+)+$' } })).error).toMatch(/does not match/);
  expect(performance.now() - begun).toBeLessThan(5000);
});

it('reads up to 1 MiB of what is checked, and is never healthy if it could not be checked', async () => {
  answer.body = `${'x'.repeat(900_000)}end`;
  expect(await run({ expect: { contains: ['end'] } })).toMatchObject({ status: 'healthy' });
  answer.body = `${'x'.repeat(1_100_000)}end`;
  expect((await run({ expect: { not_contains: ['error'] } })).error).toMatch(
    /its body is larger than 1024 KiB, so that it cannot be checked$/
  );
});

it('asks with another method, and sends a body', async () => {
  expect(await run({ method: 'HEAD', expect: { header: { 'x-method': 'HEAD' } } })).toMatchObject({
    status: 'healthy',
  });
  const query = { method: 'POST', body: '{"query":"{ok}"}', headers: { 'Content-Type': 'application/json' } };
  expect(await run({ ...query, expect: { contains: ['{ok}'] } }, '/echo')).toMatchObject({ status: 'healthy' });
  answer.status = 500;
  expect((await run({ ...query }, '/x')).error).toMatch(/^HTTP 500 Internal Server Error/);
});

describe('check-config', () => {
  const folder = makeFolder();
  afterAll(() => folder.remove());
  const problems = async (settings: string, url = 'http://a') =>
    (await folder.problems(`components:\n  - { name: a, probe: http, url: "${url}", ${settings} }`)).map((line) =>
      line.replace(/^onehertz.yml:2: components\[0\]\.?/, '')
    );

  it.each([
    ['expect: { matches: "(?=a)" }', /^expect\.matches: expected a regular expression as RE2 knows them/],
    ['expect: { json: [{ path: "$.[" }] }', /^expect\.json\[0\]\.path: expected a JSONPath such as \$\.status/],
    ['expect: { status: ["20x"] }', /^expect\.status\[0\]: expected a code such as 204/],
    ['expect: { stats: [200] }', /^expect\.stats: unknown key/],
    ['body: x', /^body: is not sent with GET; set method: POST$/],
    ['method: HEAD, expect: { contains: [a] }', /^expect: an answer to HEAD has no body; set method: GET$/],
    ['expected_status: [200], expect: { status: [200] }', /^expected_status: expect\.status is set too/],
    ['bearer_token: "a\\rb"', /^bearer_token: expected printable ASCII characters in one line/],
    ['bearer_token: "“token”"', /^bearer_token: expected printable ASCII/],
    ['headers: { Connection: close }', /^headers\.Connection: this header is set by the connection itself$/],
    ['headers: { Content-Length: "3" }', /^headers\.Content-Length: this header is set by the connection itself$/],
    ['headers: { Host: "" }', /^headers\.Host: expected a host name/],
    ['headers: { X-A: "a\\nb" }', /^headers\.X-A: expected printable characters in one line/],
  ])('%s', async (settings, message) => {
    const found = await problems(settings);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each(['http://host/#/health', 'http://host#x', 'https://user:pass@host/a#b'])('%s', async (url) => {
    expect((await problems('critical: true', url)).join()).toMatch(/^url: what follows "#" is never sent to a server/);
  });
});

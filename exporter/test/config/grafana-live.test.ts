/** The section `grafana_live`, and its variables. */
import { resolve } from 'node:path';
import { configFromEnv, formatProblems } from '../../src/config/load';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

const COMPONENTS = 'components: [{ name: web, probe: http, url: "http://web" }]\n';
const live = async (section: string) => (await folder.good(`${COMPONENTS}grafana_live: ${section}\n`)).grafana_live;
const problems = (section: string) => folder.problems(`${COMPONENTS}grafana_live: ${section}\n`);
const defaults = { stream_id: 'onehertz', transport: 'http', format: 'auto', timeout: 5000, tls_insecure: false };

test('is off if the section is missing', async () => {
  expect((await folder.good(COMPONENTS)).grafana_live).toBeUndefined();
});

test('adds defaults to an address and a token', async () => {
  expect(await live('{ url: "http://grafana:3000", token: glsa_abc }')).toEqual({
    ...defaults,
    url: 'http://grafana:3000',
    token: 'glsa_abc',
  });
});

test('reads the token and the password from files, and watches them', async () => {
  folder.write('token', ' glsa_file\n');
  const loaded = await folder.load(`${COMPONENTS}grafana_live: { url: "http://g", token_file: token }\n`);
  expect(loaded.ok && loaded.config.grafana_live).toMatchObject({ token: 'glsa_file' });
  expect(loaded.ok && loaded.config.grafana_live).not.toHaveProperty('token_file');
  expect(loaded.files).toContain(resolve(folder.path, 'token'));

  folder.write('password', 'correct horse\n');
  const section = '{ url: "http://g", username: admin, password_file: password, token_store: state/token }';
  expect(await live(section)).toEqual({
    ...defaults,
    url: 'http://g',
    username: 'admin',
    password: 'correct horse',
    token_store: resolve(folder.path, 'state/token'),
  });
});

test.each([
  ['{ url: "http://g" }', 'grafana_live: set token or token_file; or username, password and token_store'],
  ['{ url: "http://g", token: a, username: b }', 'grafana_live.username: has no effect together with a token'],
  ['{ url: "http://g", username: b }', 'grafana_live.username: also needs password or password_file'],
  ['{ url: "http://g", username: b, password: c }', 'grafana_live.username: also needs token_store'],
  ['{ url: "http://u:p@g", token: a }', 'grafana_live.url: must not hold credentials'],
  ['{ url: "http://g", token: "a b" }', 'grafana_live.token: expected one word'],
  ['{ url: "http://g", token_file: missing }', 'grafana_live.token_file: the file missing: no such file'],
  ['{ url: "http://g", token: a, token_file: b }', 'grafana_live.token_file: token is set too'],
  ['{ url: "http://g", token: a, stream_id: "a/b" }', 'grafana_live.stream_id: expected ASCII letters'],
  ['{ url: "http://g", token: a, transport: smoke }', 'grafana_live.transport: expected one of http, websocket'],
  ['{ url: "http://g", token: a, timeout: 0s }', 'grafana_live.timeout: must be longer than 0s'],
  ['{ url: "http://g", token: a, tranport: http }', 'grafana_live.tranport: unknown key (did you mean "transport"?)'],
  [
    '{ url: "http://g", token: a, tls: { insecure: true } }',
    'grafana_live.tls: has no effect: the url has to begin with',
  ],
  ['{ url: "https://g", token: a, tls: { ca_file: missing } }', 'grafana_live.tls.ca_file: the file missing: no such'],
  ['{ url: "https://g", token: a, tls: {}, tls_insecure: true }', 'grafana_live.tls_insecure: tls is set too'],
  ['{ url: "ftp://g", token: a }', 'grafana_live.url: expected a URL that begins with http:// or https://'],
  ['{ token: a }', 'grafana_live.url: is required'],
  [
    '{ url: "http://g", username: b, password: c, token_store: d, transport: websocket }',
    'grafana_live.transport: expected http with username: the exporter creates a service account with the role Editor',
  ],
  ['{ url: "http://g", token: a, org_id: 2 }', 'grafana_live.org_id: has no effect together with a token'],
  [
    '{ url: "http://g", username: b, password: c, token_store: d, org_id: 0 }',
    'grafana_live.org_id: must be at least 1',
  ],
])('rejects %s', async (section, problem) => {
  const found = await problems(section);
  expect(found).toEqual(expect.arrayContaining([expect.stringContaining(`onehertz.yml:2: ${problem}`)]));
});

test('quotes no secret in a problem', async () => {
  folder.write('two-lines', 'glsa_secret\nglsa_other\n');
  for (const section of [
    '{ url: "http://g", token: "glsa_secret two" }',
    '{ url: "http://g", token_file: two-lines }',
    '{ url: "http://admin:glsa_secret@g", token: a }',
    '{ url: "http://g", username: "glsa_secret:x", password: y, token_store: z }',
  ])
    expect((await problems(section)).join('\n')).not.toContain('glsa_secret');
});

describe('from the environment', () => {
  const SERVICES = 'web=http://web';

  test('is off without GRAFANA_URL', async () => {
    const loaded = await configFromEnv({ SERVICES, GRAFANA_TOKEN: 'glsa_abc' });
    expect(loaded.ok && loaded.config.grafana_live).toBeUndefined();
  });

  test('accepts every key as a variable', async () => {
    const file = folder.write('token', 'glsa_file\n');
    const loaded = await configFromEnv({
      SERVICES,
      GRAFANA_URL: 'http://grafana:3000',
      GRAFANA_TOKEN_FILE: file,
      GRAFANA_STREAM_ID: 'prod',
      GRAFANA_TRANSPORT: 'websocket',
      GRAFANA_TIMEOUT: '2s',
      GRAFANA_TLS_INSECURE: 'true',
      GRAFANA_FORMAT: 'compact',
    });
    expect(loaded.ok && loaded.config.grafana_live).toEqual({
      url: 'http://grafana:3000',
      token: 'glsa_file',
      stream_id: 'prod',
      format: 'compact',
      transport: 'websocket',
      timeout: 2000,
      tls_insecure: true,
    });
    expect(loaded.files).toEqual([file]);
  });

  test('accepts an organization with the name of a user', async () => {
    const loaded = await configFromEnv({
      SERVICES,
      GRAFANA_URL: 'http://grafana:3000',
      GRAFANA_USERNAME: 'admin',
      GRAFANA_PASSWORD: 'correct horse',
      GRAFANA_TOKEN_STORE: folder.write('kept-token', ''),
      GRAFANA_ORG_ID: '2',
    });
    expect(loaded.ok && loaded.config.grafana_live).toMatchObject({ username: 'admin', org_id: 2 });
  });

  test('names the invalid variable without its value', async () => {
    const loaded = await configFromEnv({
      SERVICES,
      GRAFANA_URL: 'grafana',
      GRAFANA_TRANSPORT: 'smoke',
      GRAFANA_TOKEN: 'glsa_abc',
    });
    const text = loaded.ok ? '' : formatProblems(loaded.problems);
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^environment: GRAFANA_URL: expected a URL/),
      expect.stringMatching(/^environment: GRAFANA_TRANSPORT: expected one of http, websocket/),
    ]);
    expect(text).not.toContain('smoke');
    expect(text).not.toContain('glsa_abc');
  });

  test('reports what is missing', async () => {
    const loaded = await configFromEnv({ SERVICES, GRAFANA_URL: 'http://grafana:3000', GRAFANA_USERNAME: 'admin' });
    const text = loaded.ok ? '' : formatProblems(loaded.problems);
    expect(text).toContain('environment: GRAFANA_USERNAME: also needs password or password_file');
  });
});

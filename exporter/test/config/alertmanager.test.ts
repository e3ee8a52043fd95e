/** The section `alertmanager`. */
import { resolve } from 'node:path';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

const COMPONENTS = 'components: [{ name: web, probe: http, url: "http://web" }]\n';
const section = async (text: string) => (await folder.good(`${COMPONENTS}alertmanager: ${text}\n`)).alertmanager;
const defaults = { headers: {}, tls_insecure: false };

test('is off if the section is missing', async () => {
  expect(await folder.good(COMPONENTS)).not.toHaveProperty('alertmanager');
});

test('needs an address only', async () => {
  expect(await section('{ url: "http://alertmanager:9093/prefix" }')).toEqual({
    ...defaults,
    url: 'http://alertmanager:9093/prefix',
  });
});

test('reads secrets from files, and watches them', async () => {
  folder.write('url', ' http://ada:secret@alertmanager:9093\n');
  folder.write('token', 'a-token\n');
  const loaded = await folder.load(`${COMPONENTS}alertmanager: { url_file: url, bearer_token_file: token }\n`);
  expect(loaded.ok && loaded.config.alertmanager).toEqual({
    ...defaults,
    url: 'http://ada:secret@alertmanager:9093',
    bearer_token: 'a-token',
  });
  expect(loaded.files).toEqual(expect.arrayContaining(['url', 'token'].map((name) => resolve(folder.path, name))));
});

folder.write('no-pem', 'this is none\n');
folder.write('no-url', 'alertmanager\n');

test.each([
  ['{}', 'alertmanager: url is required, but missing; set url or url_file'],
  ['{ url: "ftp://a" }', 'alertmanager.url: expected a URL that begins with http:// or https://'],
  ['{ url: "http://a/api/v2" }', 'alertmanager.url: expected the address without /api/v2'],
  ['{ url: "http://a/api/v2/" }', 'alertmanager.url: expected the address without /api/v2'],
  ['{ url: "http://a/#/silences" }', 'alertmanager.url: what follows "#" is never sent'],
  ['{ url: "http://a/?x=1" }', 'alertmanager.url: must not have a query'],
  ['{ url_file: no-url }', 'alertmanager.url_file: expected a URL'],
  ['{ url_file: missing }', 'alertmanager.url_file: the file missing: no such file'],
  ['{ url: "http://a", url_file: no-url }', 'alertmanager.url_file: url is set too'],
  ['{ url: "http://a", external_url: "http://u:p@a" }', 'alertmanager.external_url: expected an address without user'],
  ['{ url: "http://a", external_url: people }', 'alertmanager.external_url: expected a URL'],
  ['{ url: "http://a", headers: { Connection: close } }', 'alertmanager.headers.Connection: this header is set by'],
  ['{ url: "http://a", tls: { insecure: true } }', 'alertmanager.tls: has no effect: the url has to begin with'],
  ['{ url: "https://a", tls: { ca_file: missing } }', 'alertmanager.tls.ca_file: the file missing: no such'],
  ['{ url: "https://a", tls: { ca_file: no-pem } }', 'alertmanager.tls.ca_file: '],
  ['{ url: "https://a", tls: {}, tls_insecure: true }', 'alertmanager.tls_insecure: tls is set too'],
  ['{ url: "http://a", bearer_toke: x }', 'alertmanager.bearer_toke: unknown key (did you mean "bearer_token"?)'],
])('rejects %s', async (text, problem) => {
  const found = await folder.problems(`${COMPONENTS}alertmanager: ${text}\n`);
  expect(found).toEqual(expect.arrayContaining([expect.stringContaining(`onehertz.yml:2: ${problem}`)]));
});

test('quotes no secret in a problem', async () => {
  folder.write('two-lines', 'of-mine\nand-more\n');
  for (const text of [
    '{ url: "http://a", bearer_token: "of-mine\\u2013" }',
    '{ url: "http://a", bearer_token_file: two-lines }',
    '{ url: "htp://ada:of-mine@a" }',
    '{ url: "http://ada:of-mine@a/?x" }',
    '{ url: "http://a", headers: { Authorization: "of-mine\\u2013" } }',
    '{ url: "https://a", tls: { key: "of-mine" } }',
  ])
    expect((await folder.problems(`${COMPONENTS}alertmanager: ${text}\n`)).join('\n')).not.toContain('of-mine');
});

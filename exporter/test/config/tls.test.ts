/** The block `tls` of a component: read from files, checked, and its key kept secret. */
import { execFileSync } from 'node:child_process';
import { formatProblems } from '../../src/config/load';
import type { TlsSettings } from '../../src/fields/tls';
import { definitionOf } from '../../src/probes';
import { secretsOfTarget } from '../../src/probes/definition';
import { makeAuthority, makeCertificate, type Certificate } from '../http/certificates';
import { makeFolder } from './helpers';

const folder = makeFolder();
let ca: Certificate;
let client: Certificate;
beforeAll(() => {
  ca = makeAuthority(folder, 'ca');
  client = makeCertificate(folder, 'client', ca);
  const files = ['-keyout', 'weak.key', '-out', 'weak.crt'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:512', '-nodes', '-subj', '/CN=weak', ...files], {
    cwd: folder.path,
    stdio: 'pipe',
  });
});
afterAll(() => folder.remove());

const component = (tls: string, more = '') =>
  `components:\n  - name: a\n    probe: tcp\n    address: a:1\n    tls: ${tls}\n${more}`;
const tlsIn = async (tls: string, env = {}) =>
  (await folder.good(component(tls), env)).components[0] as { tls?: unknown };

test('files of certificates and keys are read and watched', async () => {
  const loaded = await folder.load(component('{ ca_file: ca.crt, cert_file: client.crt, key_file: client.key }'));
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const target = loaded.config.components[0]!;
  const { tls } = target as { tls?: TlsSettings };
  const trimmed = ({ cert, key }: Certificate) => ({ cert: cert.trim(), key: key.trim() });
  expect(tls).toEqual({ ca: ca.cert.trim(), ...trimmed(client), insecure: false, min_version: 'TLS12' });
  expect(loaded.files).toEqual(
    expect.arrayContaining(['ca.crt', 'client.crt', 'client.key'].map((name) => `${folder.path}/${name}`))
  );
  // the key is secret, the certificates are not
  expect(secretsOfTarget(definitionOf('tcp'), target)).toEqual([client.key.trim()]);
});

test('a variable may hold the whole block, or one of its values', async () => {
  const env = { TLS: '{"ca_file": "ca.crt", "insecure": true}', NAME: 'db.example', FILE: 'ca.crt' };
  expect(await tlsIn('${TLS}', env)).toMatchObject({ tls: { ca: ca.cert.trim(), insecure: true } });
  expect(await tlsIn('{ ca_file: "${FILE}", server_name: "${NAME}" }', env)).toMatchObject({
    tls: { ca: ca.cert.trim(), server_name: 'db.example' },
  });
  expect(await tlsIn('${ON}', { ON: 'true' })).toMatchObject({ tls: true });
});

test.each<[string, string]>([
  ['{ ca_file: none.pem }', '5: components[0].tls.ca_file: the file none.pem: no such file'],
  [
    '{ ca_file: client.key }',
    '5: components[0].tls.ca_file: holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)',
  ],
  ['{ ca_file: broken.crt }', '5: components[0].tls.ca_file: certificate 2 of 2 cannot be read; is the file complete?'],
  ['{ cert_file: client.crt }', '5: components[0].tls.key: is required beside cert; set key or key_file'],
  ['{ key_file: client.key }', '5: components[0].tls.cert: is required beside key; set cert or cert_file'],
  ['{ cert_file: none.crt, key_file: client.key }', '5: components[0].tls.cert_file: the file none.crt: no such file'],
  [
    '{ cert_file: client.crt, key_file: ca.key }',
    '5: components[0].tls.key_file: is not the key of the certificate; was only one of the two replaced?',
  ],
  [
    '{ cert_file: client.crt, key_file: client.crt }',
    '5: components[0].tls.key_file: holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)',
  ],
  [
    '{ cert_file: client.crt, key_file: client.key, key: x }',
    '5: components[0].tls.key_file: key is set too; keep one of them',
  ],
  [
    '{ cert_file: weak.crt, key_file: weak.key }',
    '5: components[0].tls.cert_file: OpenSSL rejects these settings: ee key too small',
  ],
  ['{ ca_fil: ca.crt }', '5: components[0].tls.ca_fil: unknown key (did you mean "ca_file"?)'],
  [
    '{ min_version: TLS14 }',
    '5: components[0].tls.min_version: expected one of TLS10, TLS11, TLS12, TLS13, but is "TLS14" (did you mean "TLS10"?)',
  ],
  ['{ insecure: true }\n    tls_insecure: true', '6: components[0].tls_insecure: tls is set too; write insecure there'],
])('%s is rejected', async (tls, problem) => {
  folder.write('broken.crt', `${ca.cert}\n${ca.cert.replace(/(\w{40})\n/, '\n')}`);
  expect(await folder.problems(component(tls))).toContain(`onehertz.yml:${problem}`);
});

test('a short key may be used where old versions of TLS, and their weak ciphers, are allowed', async () => {
  expect(await tlsIn('{ cert_file: weak.crt, key_file: weak.key, min_version: TLS10 }')).toMatchObject({
    tls: { min_version: 'TLS10' },
  });
});

test('a key in the configuration is never quoted', async () => {
  const [problem] = await folder.problems(
    component(JSON.stringify({ cert: client.cert, key: 'not-a-key-but-a-secret' }))
  );
  expect(problem).toContain('components[0].tls.key: holds no private key');
  expect(problem).not.toContain('secret');
});

test('a file of targets must not name files in it', async () => {
  folder.write(
    'targets.json',
    JSON.stringify([{ targets: ['b:1'], labels: { __probe__: 'tcp', __param_tls__: '{"ca_file":"ca.crt"}' } }])
  );
  const loaded = await folder.load(
    `components:\n  - file_sd: targets.json\n  - { name: a, probe: tcp, address: "a:1" }`
  );
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  expect(formatProblems(loaded.warnings)).toMatch(/__param_tls__: a target file must not refer to other files/);
  expect(loaded.config.components.map(({ name }) => name)).toEqual(['a']);
});

test('an authority used by many components is read and kept once', async () => {
  const many = Array.from(
    { length: 300 },
    (_, index) =>
      `  - { name: b${index}, probe: tcp, address: "a:1", tls: { ca_file: /etc/ssl/certs/ca-certificates.crt } }`
  );
  folder.write('onehertz.yml', `components:\n${many.join('\n')}\n`);
  const before = process.memoryUsage().heapUsed;
  const loaded = await folder.load();
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  // 300 × 200 kB, were each to have its own
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

describe('beside the management API of RabbitMQ', () => {
  const broker = (fields: string) => `components: [{ name: a, probe: rabbitmq, ${fields} }]\n`;
  test.each([
    ['url: "amqp://a", tls: { ca_file: ca.crt }', 'tls: has no effect: the url has to begin with amqps://'],
    [
      'url: "amqp://a", management_url: "http://a", tls: { ca_file: ca.crt }',
      'tls: has no effect: the url has to begin with amqps://',
    ],
    [
      'url: "amqps://a", management_url: "http://a", management_tls: { ca_file: ca.crt }',
      'management_tls: has no effect: the management_url has to begin with https://',
    ],
    [
      'url: "amqps://a", management_tls: { ca_file: ca.crt }',
      'management_tls: has no effect: the management_url has to begin with https://',
    ],
  ])('%s', async (fields, problem) => {
    expect(await folder.problems(broker(fields))).toEqual([`onehertz.yml:1: components[0].${problem}`]);
  });

  test.each([
    'url: "amqp://a", management_url: "https://a", tls: { ca_file: ca.crt }',
    'url: "amqps://a", management_url: "https://a", tls: { ca_file: ca.crt }, management_tls: {}',
    'url: "amqp://a", management_url: "https://a", management_tls: { ca_file: ca.crt }',
  ])('%s is of use', async (fields) => {
    expect((await folder.good(broker(fields))).components).toHaveLength(1);
  });
});

/** The web configuration file: valid ones, and messages for invalid ones. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { formatProblems } from '../../src/config/load';
import { loadWebConfig, OPEN_WEB } from '../../src/config/web/load';
import { makeAuthority, makeCertificate, type Certificate } from '../http/certificates';
import { hashOf, loadWeb } from '../http/web-support';
import { makeFolder } from './helpers';

const folder = makeFolder();
let authority: Certificate;
let server: Certificate;
beforeAll(() => {
  authority = makeAuthority(folder, 'ca');
  server = makeCertificate(folder, 'server', authority);
  makeCertificate(folder, 'other', authority);
});
afterAll(() => folder.remove());

const good = (yaml: string) => loadWeb(folder, yaml);
async function problems(yaml: string, running = undefined as Parameters<typeof loadWebConfig>[1]): Promise<string[]> {
  const loaded = await loadWebConfig(folder.write('web.yml', yaml), running);
  if (loaded.ok) throw new Error('loaded without problems');
  return formatProblems(loaded.problems).replaceAll(`${folder.path}/`, '').split('\n');
}
const HASH = hashOf('secret');
const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';

test('an empty file, and one with empty sections, allow everyone over HTTP', async () => {
  expect(await good('')).toEqual(OPEN_WEB);
  expect(await good('tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n')).toEqual(OPEN_WEB);
});

test('users, tokens, headers and a rate, in the format of the exporters of Prometheus', async () => {
  folder.write('token', '0123456789abcdef-and-more\n');
  const digest = createHash('sha256').update('another-token-of-some-length').digest('hex');
  const web = await good(`
basic_auth_users: { alice: '${HASH}', bob: '${HASH.replace('$2b$', '$2y$')}' }
http_server_config: { http2: false, headers: { X-Frame-Options: deny, Strict-Transport-Security: max-age=60 } }
rate_limit: { interval: 100ms, burst: 20 }
bearer_tokens: { grafana: ${digest} }
bearer_token_files: { prometheus: token }`);
  expect([...web.users.keys()]).toEqual(['alice', 'bob']);
  expect(web.headers).toEqual({ 'X-Frame-Options': 'deny', 'Strict-Transport-Security': 'max-age=60' });
  expect(web.rateLimit).toEqual({ intervalMs: 100, burst: 20 });
  expect(web.tokens.map((token) => token.toString('hex'))).toEqual([
    digest,
    createHash('sha256').update('0123456789abcdef-and-more').digest('hex'),
  ]);
});

test('every setting of TLS', async () => {
  const { tls } = await good(`${TLS}  client_ca_file: ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example]
  min_version: TLS12
  max_version: TLS12
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [CurveP256, X25519]
`);
  expect(tls).toEqual({
    clientAuth: 'RequireAndVerifyClientCert',
    allowedSans: ['prometheus.example'],
    context: {
      cert: server.cert,
      key: server.key,
      ca: authority.cert,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ciphers: expect.stringMatching(/^TLS_.*:ECDHE-ECDSA-AES128-GCM-SHA256$/) as string,
      honorCipherOrder: false,
      ecdhCurve: 'P-256:X25519',
    },
  });
});

test('certificate and key may stand in the file itself', async () => {
  const inline = JSON.stringify({ tls_server_config: { cert: server.cert, key: server.key } });
  expect((await good(inline)).tls?.context.cert).toBe(server.cert);
});

test('reports all problems at once, with their lines', async () => {
  expect(
    await problems(`tls_server_config:
  cert_file: server.crt
  min_version: TLS10
  client_auth_type: RequireAndVerifyClientCerts
basic_auth_user: {}
http_server_config:
  http2: true
  headers: { Server: none, X-Frame-Options: never }
basic_auth_users:
  alice: hunter2hunter2
  "a:b": ${HASH}
  carol: ${HASH.replace('$04$', '$31$')}
bearer_tokens: { x: hunter2hunter2 }`)
  ).toEqual([
    'web.yml:3: tls_server_config.min_version: expected one of TLS12, TLS13, but is "TLS10" (did you mean "TLS12"?)',
    expect.stringMatching(/^web.yml:4: tls_server_config.client_auth_type: expected one of .*did you mean/),
    expect.stringMatching(/^web.yml:5: basic_auth_user: unknown key/),
    expect.stringMatching(/^web.yml:7: http_server_config.http2: is not supported/),
    expect.stringMatching(/^web.yml:8: http_server_config.headers.X-Frame-Options: expected one of deny, sameorigin/),
    expect.stringMatching(/^web.yml:8: http_server_config.headers.Server: unknown key; known here: Content-/),
    'web.yml:10: basic_auth_users.alice: expected a bcrypt hash such as htpasswd -nBC 10 "" makes',
    'web.yml:11: basic_auth_users["a:b"]: a user name must not contain ":" or control characters',
    'web.yml:12: basic_auth_users.carol: the cost of this hash must be at most 15, but is 31',
    'web.yml:13: bearer_tokens.x: expected the SHA-256 of the token: 64 hexadecimal digits',
  ]);
});

test.each([
  ['- a', 'web.yml:1: expected a map with keys such as tls_server_config and basic_auth_users'],
  ['a: [', 'web.yml:1: is not valid YAML'],
  ['tls_server_config: {}', 'web.yml:1: tls_server_config: needs cert_file'],
  ['tls_server_config: { cert_file: none.crt, key_file: server.key }', 'the file none.crt: no such file'],
  ['tls_server_config: { cert_file: server.key, key_file: server.key }', 'cert_file: holds no certificate in PEM form'],
  ['tls_server_config: { cert_file: server.crt, key_file: server.crt }', 'key_file: holds no private key in PEM form'],
  ['tls_server_config: { cert_file: server.crt, key_file: other.key }', 'key_file: is not the key of the certificate'],
  ['tls_server_config: { cert_file: server.crt, key_file: locked.key }', 'key_file: is protected by a passphrase'],
  [
    'tls_server_config: { cert_file: weak.crt, key_file: weak.key }',
    'OpenSSL rejects these settings: ee key too small',
  ],
  [`${TLS}  cert: x`, 'cert_file: cert is set too; keep one of them'],
  [`${TLS}  client_ca_file: ca.crt`, 'client_auth_type: must be set together with client_ca_file'],
  [`${TLS}  client_auth_type: RequireAndVerifyClientCert`, 'RequireAndVerifyClientCert needs client_ca_file'],
  [`${TLS}  client_allowed_sans: [a]`, 'client_allowed_sans: needs client_auth_type'],
  [`${TLS}  min_version: TLS13\n  max_version: TLS12`, 'max_version: must not be below min_version'],
  ['bearer_token_files: { x: none }', 'bearer_token_files.x: the file none: no such file'],
  ['bearer_token_files: { x: short }', 'bearer_token_files.x: the file short: holds fewer than 16 characters'],
])('rejects %j', async (yaml, message) => {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder.path, stdio: 'pipe' });
  if (yaml.includes('locked'))
    openssl('pkcs8', '-topk8', '-in', 'server.key', '-out', 'locked.key', '-passout', 'pass:x');
  if (yaml.includes('weak'))
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:512',
      '-nodes',
      '-keyout',
      'weak.key',
      '-out',
      'weak.crt',
      '-subj',
      '/CN=a'
    );
  folder.write('short', 'tooshort');
  const found = await problems(yaml);
  expect(found).toContainEqual(expect.stringContaining(message));
});

test('a missing file and a binary file are problems too', async () => {
  expect(await loadWebConfig('/does/not/exist.yml')).toMatchObject({
    ok: false,
    problems: [{ message: 'no such file' }],
  });
  expect(await loadWebConfig(folder.write('binary', Buffer.from([0xff, 0xfe, 0])))).toMatchObject({ ok: false });
});

test('warns of an expired certificate', async () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3 * 86_400_000);
  const loaded = await loadWebConfig(folder.write('web.yml', TLS));
  now.mockRestore();
  expect(loaded).toMatchObject({ ok: true, warnings: [{ path: 'tls_server_config.cert_file' }] });
  expect((await loadWebConfig(folder.write('web.yml', TLS))).warnings).toEqual([]);
});

test('does not change TLS or the client authentication policy without a restart', async () => {
  const [open, tls] = [await good(''), await good(TLS)];
  expect(await problems(TLS, open)).toEqual([expect.stringContaining('cannot be added by a reload; restart')]);
  expect(await problems('', tls)).toEqual([expect.stringContaining('cannot be removed by a reload; restart')]);
  expect(await problems(`${TLS}  client_auth_type: RequestClientCert`, tls)).toEqual([
    expect.stringContaining('client_auth_type: cannot be changed by a reload'),
  ]);
  expect((await loadWebConfig(folder.write('web.yml', `${TLS}basic_auth_users: { a: '${HASH}' }`), tls)).ok).toBe(true);
});

test('never quotes what may be secret', async () => {
  const found = await problems(`
tls_server_config: { cert: canary-1, key: canary-2, cert_file: 3 }
basic_auth_users: { a: canary-4, b: [canary-5] }
bearer_tokens: { a: canary-6, b: 7 }
bearer_token_files: { a: { b: canary-8 } }
http_server_config: { headers: { Content-Security-Policy: "canary-9\\n" } }`);
  expect(found.length).toBeGreaterThan(6);
  expect(found.join('\n')).not.toContain('canary');
});

/** TLS as clients see it: real handshakes with certificates by openssl, and their rotation. */
import { once } from 'node:events';
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import WebSocket from 'ws';
import { namesOf } from '../../src/http/access/client-certificate';
import { makeFolder } from '../config/helpers';
import { makeAuthority, makeCertificate, type Certificate } from './certificates';
import { ask, basic, hashOf, loadWeb, outcomeOf, startExporter, type RunningExporter } from './web-support';

const folder = makeFolder();
let authority: Certificate;
let strangers: Certificate;
let client: Certificate;
let stranger: Certificate;
let running: RunningExporter | undefined;

beforeAll(() => {
  authority = makeAuthority(folder, 'ca');
  strangers = makeAuthority(folder, 'strangers');
  makeCertificate(folder, 'server', authority);
  client = makeCertificate(folder, 'client', authority, 'DNS:prometheus.example,IP:::1');
  stranger = makeCertificate(folder, 'stranger', strangers, 'DNS:prometheus.example');
});
afterEach(async () => {
  await running?.close();
  running = undefined;
});
afterAll(() => folder.remove());

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';
const start = async (yaml: string) => (running = await startExporter(folder, yaml));
const get = (port: number, identity?: Certificate) =>
  ask(port, '/-/healthy', { ca: authority.cert, cert: identity?.cert, key: identity?.key });

/** The connection after the handshake; rejects if there is none. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = tlsConnect({ host: '127.0.0.1', port, ca: authority.cert, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

it('serves pages, metrics and the stream over TLS only', async () => {
  const { port } = await start(TLS);
  expect((await get(port)).status).toBe(200);
  expect((await ask(port, '/metrics', { ca: authority.cert })).body).toContain('onehertz_build_info');
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/stream`, { ca: authority.cert });
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(message.toString()).toContain('system:comprehensive_health');
  socket.terminate();
  await expect(ask(port, '/-/healthy')).rejects.toThrow(/socket hang up|ECONNRESET/);
});

it('offers only the configured versions, suites and curves', async () => {
  const { port } = await start(
    `${TLS}  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]\n  curve_preferences: [CurveP384]\n`
  );
  const socket = await handshake(port);
  expect([socket.getProtocol(), socket.getCipher().standardName, socket.getEphemeralKeyInfo()]).toMatchObject([
    'TLSv1.2',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    { name: 'secp384r1' },
  ]);
  socket.destroy();
  await expect(handshake(port, { minVersion: 'TLSv1.3' })).rejects.toThrow(/protocol version/);
  await expect(handshake(port, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).rejects.toThrow(/handshake failure/);
  await running?.reload(`${TLS}  min_version: TLS13\n`);
  await expect(handshake(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/);
});

it('uses a new certificate for new connections, without a restart and without closing open ones', async () => {
  const { port, reload } = await start(TLS);
  const stream = new WebSocket(`wss://127.0.0.1:${port}/api/v1/stream`, { ca: authority.cert });
  await once(stream, 'message');
  const before = await handshake(port);
  const next = makeCertificate(folder, 'next', authority);
  await reload(TLS.replaceAll('server.', 'next.'));
  const after = await handshake(port);
  const serial = (socket: TLSSocket) => socket.getPeerCertificate().serialNumber;
  expect(serial(after)).not.toBe(serial(before));
  expect(after.getPeerX509Certificate()?.toString()).toBe(next.cert);
  await once(stream, 'message');
  for (const socket of [before, after]) socket.destroy();
  stream.terminate();
});

it('does not resume a session whose authority is no longer trusted', async () => {
  const yaml = `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n`;
  const { port, reload } = await start(yaml);
  const identity = { cert: client.cert, key: client.key, maxVersion: 'TLSv1.2' } as const;
  const first = await handshake(port, identity);
  const session = first.getSession();
  const second = await handshake(port, { ...identity, session });
  expect(second.isSessionReused()).toBe(true);
  for (const socket of [first, second]) socket.destroy();
  await reload(yaml.replace('ca.crt', 'strangers.crt'));
  await expect(handshake(port, { ...identity, session })).rejects.toThrow();
  await expect(get(port, client)).rejects.toThrow();
});

it.each([
  ['NoClientCert', '', [true, true, true]],
  ['RequestClientCert', '', [true, true, true]],
  ['RequireAnyClientCert', '', [false, true, true]],
  ['VerifyClientCertIfGiven', 'client_ca_file: ca.crt', [true, true, false]],
  ['RequireAndVerifyClientCert', 'client_ca_file: ca.crt', [false, true, false]],
])('%s: none, known, unknown certificate', async (type, more, expected) => {
  const { port } = await start(`${TLS}  client_auth_type: ${type}\n  ${more}\n`);
  const found = await Promise.all(
    [undefined, client, stranger].map((identity) =>
      get(port, identity).then(
        ({ status }) => status === 200,
        () => false
      )
    )
  );
  expect(found).toEqual(expected);
});

it.each([
  ['prometheus.example', true],
  ['::1', true],
  ['example', false],
])('accepts clients with certificate name %s: %s', async (san, expected) => {
  const { port } = await start(
    `${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n  client_allowed_sans: ["${san}"]\n`
  );
  expect(
    await get(port, client).then(
      ({ status }) => status,
      () => 0
    )
  ).toBe(expected ? 200 : 0);
});

it('requires a password over TLS too, for the stream as for pages', async () => {
  const { port } = await start(`${TLS}basic_auth_users: { alice: '${hashOf('secret')}' }\n`);
  expect((await get(port)).status).toBe(401);
  const url = `wss://127.0.0.1:${port}/api/v1/stream`;
  const refused = new WebSocket(url, { ca: authority.cert });
  expect(await outcomeOf(refused)).toContain('401');
  const socket = new WebSocket(url, { ca: authority.cert, headers: { authorization: basic('alice', 'secret') } });
  expect(await outcomeOf(socket)).toBe('open');
  socket.terminate();
});

it('does not start with a mismatched certificate', async () => {
  await expect(loadWeb(folder, TLS.replace('server.key', 'client.key'))).rejects.toThrow(/is not the key/);
});

describe('names of a certificate', () => {
  it.each([
    ['DNS:a.example, IP Address:10.0.0.1, email:a@b.example', ['a.example', '10.0.0.1', 'a@b.example']],
    ['IP Address:0:0:0:0:0:0:0:1, URI:spiffe://a/b', ['::1', 'spiffe://a/b']],
    ['DNS:"a, DNS:b.example"', ['a, DNS:b.example']],
    ['URI:"http://x/\\"a, DNS:b.example"', ['http://x/"a, DNS:b.example']],
    ['othername:UPN:a@b, DNS:c.example', ['c.example']],
    ['DirName:"CN = a, DNS:b"', []],
    ['', []],
    [undefined, []],
  ])('%j', (text, names) => {
    expect(namesOf(text)).toEqual(names);
  });
});

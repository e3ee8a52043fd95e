/** The options that every client hands to Node's TLS, against real servers. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TlsOptions } from 'node:tls';
import { tlsSchema } from '../../../src/fields/tls';
import { createProbe } from '../../../src/probes';
import { tlsOptions } from '../../../src/probes/kit/tls';
import { describeError } from '../../../src/text/errors';
import { makeFolder } from '../../config/helpers';
import { makeAuthority, makeCertificate, type Certificate } from '../../http/certificates';
import { makeTarget, runOnce, silentContext } from './helpers';

const folder = makeFolder();
let ca: Certificate;
let stranger: Certificate;
let client: Certificate;
let wrong: Certificate;
let server: Certificate;
let named: Certificate;
const servers: Server[] = [];

beforeAll(() => {
  ca = makeAuthority(folder, 'ca');
  stranger = makeAuthority(folder, 'stranger');
  client = makeCertificate(folder, 'client', ca);
  wrong = makeCertificate(folder, 'wrong', stranger);
  server = makeCertificate(folder, 'server', ca);
  named = makeCertificate(folder, 'named', ca, 'DNS:db.example');
});
afterAll(() => {
  servers.forEach((each) => each.close());
  folder.remove();
});

async function listen(options: TlsOptions = {}): Promise<number> {
  const listener = createServer({ cert: server.cert, key: server.key, ...options }, (socket) => {
    socket.on('error', () => undefined).end(`hello ${String((socket as { servername?: unknown }).servername)}`);
  });
  listener.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  servers.push(listener);
  return (listener.address() as AddressInfo).port;
}

/** What the server says over TLS, or the sentence for why it says nothing. */
function ask(port: number, settings: object | undefined, host = 'localhost'): Promise<string> {
  const options = tlsOptions(settings && tlsSchema.parse(settings), host);
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ...options });
    socket.setEncoding('utf8').once('data', resolve);
    socket.once('error', (error) => resolve(describeError(error)));
  });
}

const MUTUAL = () => ({ requestCert: true, rejectUnauthorized: true, ca: ca.cert });

test('an authority of its own is trusted, and only with it', async () => {
  const port = await listen();
  expect(await ask(port, { ca: ca.cert })).toBe('hello localhost');
  expect(await ask(port, { ca: `${stranger.cert}${ca.cert}` })).toBe('hello localhost');
  expect(await ask(port, undefined)).toMatch(/not signed by a known authority; set tls\.ca_file/);
  expect(await ask(port, { ca: stranger.cert })).toMatch(/set tls\.ca_file/);
  expect(await ask(port, { ca: stranger.cert, insecure: true })).toBe('hello localhost');
});

test('another name is asked for, and the certificate must be for it', async () => {
  const port = await listen({ cert: named.cert, key: named.key });
  expect(await ask(port, { ca: ca.cert, server_name: 'db.example' })).toBe('hello db.example');
  expect(await ask(port, { ca: ca.cert })).toMatch(/for another host name; set tls\.server_name/);
  const plain = await listen();
  expect(await ask(plain, { ca: ca.cert, server_name: 'db.example' })).toMatch(/for another host name/);
});

test('an IP address is checked, and is no server name', async () => {
  const port = await listen();
  expect(await ask(port, { ca: ca.cert }, '127.0.0.1')).toBe('hello false');
  expect(await ask(port, { ca: ca.cert, server_name: '127.0.0.1' }, 'elsewhere.example')).toBe('hello false');
  expect(await ask(port, { ca: ca.cert }, '127.0.0.2')).toMatch(/for another host name/);
  expect(await ask(port, { ca: ca.cert }, '[::1]')).toMatch(/for another host name/);
});

test.each(['TLSv1.3', 'TLSv1.2'] as const)(
  'a client certificate is shown, and asked for where it is missing: %s',
  async (maxVersion) => {
    const port = await listen({ ...MUTUAL(), maxVersion });
    const pair = ({ cert, key }: Certificate) => ({ ca: ca.cert, cert, key });
    expect(await ask(port, pair(client))).toBe('hello localhost');
    expect(await ask(port, { ca: ca.cert })).toMatch(/client certificate.*tls\.cert_file/);
  }
);

test.each([
  ['TLS12', 'TLSv1.3', 'hello localhost'],
  ['TLS13', 'TLSv1.3', 'hello localhost'],
  ['TLS13', 'TLSv1.2', /another version of TLS; set tls\.min_version/],
  ['TLS12', 'TLSv1.1', /another version of TLS; set tls\.min_version/],
  ['TLS11', 'TLSv1.1', 'hello localhost'],
  ['TLS10', 'TLSv1', 'hello localhost'],
] as const)('at least %s of a server that speaks up to %s', async (min_version, maxVersion, said) => {
  const old = maxVersion < 'TLSv1.2' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {};
  const port = await listen({ minVersion: 'TLSv1', maxVersion, ...old });
  expect(await ask(port, { ca: ca.cert, min_version })).toMatch(said);
});

test.each(['TLSv1.3', 'TLSv1.2'] as const)(
  'tcp waits for what the server says to the certificate: %s',
  async (maxVersion) => {
    const port = await listen({ ...MUTUAL(), maxVersion });
    const probe = (pair?: Certificate) =>
      runOnce(
        createProbe(
          makeTarget('tcp', { address: `localhost:${port}`, tls: { ca: ca.cert, cert: pair?.cert, key: pair?.key } }),
          silentContext()
        ),
        5000
      );
    // the certificate is good for two days
    expect(await probe(client)).toMatchObject({ status: 'warning', message: 'its TLS certificate expires in 1 day' });
    const unknown = await probe();
    expect([unknown.status, unknown.error]).toEqual([
      'unhealthy',
      expect.stringMatching(/require.* a client certificate/),
    ]);
    const refused = await probe(wrong);
    // Node's server ends the connection without an alert where it does not trust a certificate
    if (maxVersion === 'TLSv1.3')
      expect(refused.error).toMatch(/right after the TLS handshake; does it require a client cert/);
  }
);

test('what was made of equal settings is shared', () => {
  const of = (settings: object) => tlsOptions(tlsSchema.parse(settings), 'a').secureContext;
  expect(of({ ca: ca.cert })).toBe(of({ ca: ca.cert, server_name: 'b', insecure: true }));
  expect(of({ ca: ca.cert })).not.toBe(of({ ca: stranger.cert }));
  expect(tlsOptions(undefined, 'a')).toMatchObject({ rejectUnauthorized: true, servername: 'a' });
});

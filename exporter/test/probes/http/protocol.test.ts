/** What HTTP and TLS allow a server to send, and what is said of the rest. */
import { once } from 'node:events';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import zlib from 'node:zlib';
import { createProbe } from '../../../src/probes';
import { makeFolder } from '../../config/helpers';
import { makeAuthority, makeCertificate } from '../../http/certificates';
import { listen, makeTarget, runOnce, silentContext } from '../kit/helpers';
import { serve } from './support';

async function probeOnce(url: string, fields: Record<string, unknown> = {}, runs = 1) {
  const probe = createProbe(makeTarget('http', { url, ...fields }), silentContext());
  try {
    let result = await runOnce(probe);
    for (let run = 1; run < runs; run += 1) result = await runOnce(probe);
    return result;
  } finally {
    await probe.close();
  }
}

/** One run against a server that answers each request with these bytes. */
async function answered(bytes: string | Buffer, thenClose = false) {
  const server = await listen((socket) =>
    socket.on('data', () => (thenClose ? socket.end(bytes) : void socket.write(bytes)))
  );
  try {
    return await probeOnce(`http://127.0.0.1:${server.port}`, {}, thenClose ? 1 : 3);
  } finally {
    await server.close();
  }
}

/** A frame of Zstandard whose window is of 128 MiB, with one block of its text (RFC 8878 §3.1.1). */
function farBack(): Buffer {
  const block = Buffer.from([(DOWN.length << 3) | 1, DOWN.length >> 5, 0]);
  return Buffer.concat([Buffer.from('28b52ffd0088', 'hex'), block, Buffer.from(DOWN)]);
}

const DOWN = '{"status":"DOWN","message":"disk"}';
const zstd = (zlib as { zstdCompressSync?: (text: string) => Buffer }).zstdCompressSync;

it.each<[string, Buffer]>([
  ['gzip', zlib.gzipSync(DOWN)],
  ['deflate', zlib.deflateSync(DOWN)],
  ['deflate', zlib.deflateRawSync(DOWN)],
  ['br', zlib.brotliCompressSync(DOWN)],
  ['deflate, gzip', zlib.gzipSync(zlib.deflateSync(DOWN))],
  ...(zstd ? [['zstd', zstd(DOWN)] as [string, Buffer]] : []),
])('a body in %s that nobody asked for is read', async (encoding, body) => {
  const server = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body)
  );
  expect((await probeOnce(server.url)).error).toMatch(/but reports "DOWN": disk$/);
  await server.close();
});

it.each<[string, Buffer, string]>([
  ['gzip', Buffer.from('no gzip'), 'its body is not valid gzip, although declared as such, and was not read'],
  ['gzip', zlib.gzipSync(Buffer.alloc(50_000_000)), 'its body is larger than 64 KiB, and was not read'],
  ['gzip, gzip, gzip, gzip, gzip', Buffer.from('x'), 'its body is encoded 5 times, and was not read'],
  // it says that it looks back 128 MiB, for which room would have to be made
  ['zstd', farBack(), 'its body is not valid zstd, although declared as such, and was not read'],
  ['secret', Buffer.from('x'), 'its body has an encoding that is not supported ("secret"), and was not read'],
])('a body in %s that cannot be read is not judged', async (encoding, body, message) => {
  const server = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body)
  );
  expect(await probeOnce(server.url)).toMatchObject({ status: 'healthy', message });
  await server.close();
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK';

it('heads before the head', async () => {
  expect(await answered(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}`)).toMatchObject({ status: 'healthy' });
  expect(await answered(`HTTP/1.1 100 Continue\r\n\r\n${OK}`)).toMatchObject({ status: 'healthy' });
  expect(await answered(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n`)).toMatchObject({
    status: 'unhealthy',
    error: expect.stringMatching(/HTTP 503 Service Unavailable/) as string,
  });
});

it.each([
  ['lines that end without CR', OK.replaceAll('\r', '')],
  ['a folded line', OK.replace('\r\n', '\r\nX-A: a\r\n b\r\n')],
])('%s, as small devices write them', async (_, text) => {
  expect(await answered(text)).toMatchObject({ status: 'healthy' });
  const down = text.replace('200 OK', '503 No');
  expect((await answered(down)).error).toMatch(/^HTTP 503 Service Unavailable/);
});

it('what is no HTTP is asked in one way only', async () => {
  const server = await listen((socket) => socket.on('data', () => socket.end('+PONG\r\n')));
  const probe = createProbe(makeTarget('http', { url: `http://127.0.0.1:${server.port}` }), silentContext());
  await runOnce(probe);
  const before = server.accepted;
  for (let run = 0; run < 3; run++) expect((await runOnce(probe)).error).toMatch(/its answer is not HTTP/);
  expect(server.accepted - before).toBe(3);
  await probe.close();
  await server.close();
});

it('a code that is no redirect is not called one', async () => {
  expect((await answered('HTTP/1.1 304 Not Modified\r\n\r\n')).error).toMatch(/^HTTP 304 Not Modified$/);
  expect((await answered('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n')).error).toMatch(
    /redirects are not followed/
  );
});

it.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nOK', /has Content-Length more than once/],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"a":',
    /in the middle of its answer, after 5 of 500 bytes of the body/,
  ],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a":', /in the middle of its answer, after 5 bytes of/],
  ['SSH-2.0-OpenSSH_9.2\r\n', /its answer is not HTTP; is it the right port/],
])('%j', async (bytes, message) => {
  expect((await answered(bytes, true)).error).toMatch(message);
});

/** Closes a server of HTTP/2 at once: by itself it waits for its sessions. */
function ending(server: NetServer): () => void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

it('HTTP/2 without TLS', async () => {
  const server = createHttp2Server().listen(0, '127.0.0.1');
  const end = ending(server);
  await once(server, 'listening');
  const { error } = await probeOnce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(error).toMatch(/its server speaks only HTTP\/2, and this probe speaks HTTP\/1\.1/);
  end();
});

describe('over TLS', () => {
  const folder = makeFolder();
  afterAll(() => folder.remove());

  it('HTTP/2 alone, or a client certificate is wanted', async () => {
    const ca = makeAuthority(folder, 'ca');
    const own = makeCertificate(folder, 'localhost', ca);
    const client = makeCertificate(folder, 'client', ca);
    const only2 = createSecureServer({ key: own.key, cert: own.cert, allowHTTP1: false }, (_request, response) =>
      response.end()
    );
    const mutual = createHttpsServer(
      { key: own.key, cert: own.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
      (_request, response) => response.end('OK')
    );
    const ends = [ending(only2), ending(mutual)];
    for (const server of [only2, mutual]) {
      server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const urlOf = (server: { address(): unknown }) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const trusted = { ca: ca.cert, server_name: 'localhost' };
    expect((await probeOnce(urlOf(only2), { tls: { ...trusted, insecure: true } })).error).toMatch(
      /speaks only HTTP\/2|HTTP 403/
    );
    expect((await probeOnce(urlOf(mutual), { tls: { ...trusted, insecure: true } })).error).toMatch(
      /client certificate.*tls\.cert_file.*tls\.key_file/
    );
    const tls = { ...trusted, insecure: true, cert: client.cert, key: client.key };
    expect(await probeOnce(urlOf(mutual), { tls })).toMatchObject({
      message: expect.not.stringContaining('HTTP') as string,
    });
    for (const end of ends) end();
  });
});

it('does not take the time in its own queue for that of the server', async () => {
  const server = await serve((_request, response) => response.end('OK'));
  const probes = Array.from({ length: 7 }, () => createProbe(makeTarget('http', { url: server.url }), silentContext()));
  // connected, so that the answer lies in the socket while this process is busy
  for (const probe of probes) await runOnce(probe);
  const runs = probes.map((probe) => runOnce(probe, 2000));
  await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 300;
  while (performance.now() < until);
  for (const { status, responseTimeMs = Infinity } of await Promise.all(runs)) {
    expect(status).toBe('healthy');
    expect(responseTimeMs).toBeLessThan(250);
  }
  for (const probe of probes) await probe.close();
  await server.close();
});

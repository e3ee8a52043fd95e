import { waitFor } from '@onehertz/demo';
import { createHttpClient } from '../../../src/probes/http-client/client';
import { type LocalServer, serve } from '../http/support';

let server: LocalServer | undefined;
afterEach(() => server?.close());

const { signal } = new AbortController();

it('keeps its connection for longer than it takes until the next request', async () => {
  server = await serve((_request, response) => response.end('OK'), { keepAliveTimeout: 0 });
  const client = createHttpClient({ url: server.url, timeout: 800, interval: 5000 }, []);
  await client.ask({ path: '/' }, signal);
  const since = performance.now();
  await waitFor(() => performance.now() - since > 4800, { timeoutMs: 10_000, what: 'the time of the next request' });
  await client.ask({ path: '/' }, signal);
  expect(server.connections).toBe(1);
  client.close();
}, 20_000);

it('asks again over a new connection where the server closed an idle one, but sends nothing twice that must not be', async () => {
  const answered = new WeakSet<object>();
  server = await serve((request, response) => {
    if (answered.has(request.socket)) return void request.socket.destroy();
    answered.add(request.socket);
    response.end('OK');
  });
  const client = createHttpClient({ url: server.url, timeout: 800, interval: 1000 }, []);
  for (let i = 0; i < 3; i += 1) expect((await client.ask({ path: '/' }, signal)).text).toBe('OK');
  expect(server.paths).toHaveLength(5);
  await expect(client.ask({ method: 'POST', path: '/once', body: 'x' }, signal)).rejects.toThrow();
  expect(server.paths.filter((path) => path === '/once')).toHaveLength(1);
  client.close();
});

it('sends nothing twice that must not be where a head is odd, and the next question gets its answer', async () => {
  server = await serve((_request, response) => {
    // not requested: undici takes it for an error
    response.writeContinue();
    response.end('OK');
  });
  const client = createHttpClient({ url: server.url, timeout: 800, interval: 1000 }, []);
  await expect(client.ask({ method: 'POST', path: '/once', body: 'x' }, signal)).rejects.toThrow();
  expect(server.paths).toEqual(['/once']);
  expect((await client.ask({ method: 'POST', path: '/again', body: 'x' }, signal)).text).toBe('OK');
  expect(server.paths).toEqual(['/once', '/again']);
  client.close();
});

it('sends a body, and headers that come before its own', async () => {
  server = await serve((request, response) => {
    request.pipe(response.writeHead(200, { 'x-type': request.headers['content-type'], 'x-method': request.method }));
  });
  const options = { url: server.url, timeout: 800, interval: 1000, headers: { 'Content-Type': 'text/plain' } };
  const client = createHttpClient(options, []);
  const answer = await client.ask(
    { method: 'POST', path: '/', headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":1}') },
    signal
  );
  expect([answer.text, answer.header('X-Type'), answer.header('x-method')]).toEqual([
    '{"a":1}',
    'application/json',
    'POST',
  ]);
  client.close();
});

it('reads as much as it may, and says that there was more', async () => {
  server = await serve((_request, response) => response.end('x'.repeat(3000)));
  const client = createHttpClient({ url: server.url, timeout: 800, interval: 1000, maxBytes: 2048 }, []);
  const answer = await client.ask({ path: '/' }, signal);
  expect(answer).toMatchObject({ statusCode: 200, unread: 'is larger than 2 KiB' });
  client.close();
});

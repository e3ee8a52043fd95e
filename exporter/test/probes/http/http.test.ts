import { type RunningServer, waitFor } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, listenGarbage, listenSilently, refusedPort, runOnce } from '../kit/helpers';
import { asking, itSurvivesOverHttp, type LocalServer, runForASecond, serve, startService } from './support';

const { create, probeOnce } = asking('http');

describe('a service in a separate process', () => {
  let service: RunningServer;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.stop());

  /** Sets the service's response. */
  const say = (body: unknown, { status = 200, type = 'application/json', ...fields }: Record<string, unknown> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const query = new URLSearchParams({ status: String(status), type: String(type), body: text });
    return probeOnce(`${service.url}/say?${query.toString()}`, fields);
  };

  itSurvivesOverHttp({
    service: () => service,
    create: () => create(service.url),
  });

  it("reads the service's own status", async () => {
    const result = await probeOnce(service.url);
    expect(result).toMatchObject({
      status: 'healthy',
      version: '1.2.0',
      details: {
        service_name: 'backend',
        uptime_seconds: 12,
        dependencies: { postgresql: 'healthy', redis: 'healthy' },
      },
      gauges: [
        { name: 'component_http_status_code', value: 200 },
        { name: 'component_http_uptime_seconds', value: 12.3 },
        { name: 'component_http_dependency_up', labels: { dependency: 'postgresql' }, value: 1 },
        { name: 'component_http_dependency_up', labels: { dependency: 'redis' }, value: 1 },
      ],
    });
    expect(result.responseTimeMs).toBeGreaterThan(0);
    expect(result.responseTimeMs).toBeLessThanOrEqual(result.elapsedMs);
    // not shown, because it is the default
    expect((await probeOnce(service.url, { name: 'backend' })).details).not.toHaveProperty('service_name');
  });

  it('asks for /health unless the address has a path', async () => {
    expect((await probeOnce(`${service.url}/`)).details).toEqual({});
    expect(await probeOnce(`${service.url}/nope`)).toMatchObject({
      status: 'unhealthy',
      error: 'HTTP 404 Not Found; is /nope the right path?',
      gauges: [{ name: 'component_http_status_code', value: 404 }],
    });
  });

  it.each<[unknown, Record<string, unknown>]>([
    [{ status: 'UP' }, { status: 'healthy' }],
    ['OK', { status: 'healthy' }],
    ['', { status: 'healthy' }],
    [
      { status: 'degraded', message: 'cache cold' },
      { status: 'degraded', message: 'reports "degraded": cache cold' },
    ],
    [{ status: 'warn' }, { status: 'warning', message: 'reports "warn"' }],
    [
      { status: 'warning', output: 'disk 91 %' },
      { status: 'warning', message: 'reports "warning": disk 91 %' },
    ],
    [{ status: 'fluffy' }, { status: 'healthy', message: 'reports "fluffy"' }],
    [{ dependencies: { db: 'ok', redis: 'down' } }, { status: 'degraded', message: 'reports: redis' }],
    [{ message: 'all good' }, { status: 'healthy', message: 'all good' }],
  ])('HTTP 200 with %j', async (body, expected) => {
    expect(await say(body)).toMatchObject(expected);
  });

  it('reports a service as down that reports itself as down', async () => {
    const result = await say({ status: 'DOWN', components: { db: { status: 'DOWN', details: { error: 'x' } } } });
    expect(result).toMatchObject({
      status: 'unhealthy',
      error: 'HTTP 200, but reports "DOWN": db: x',
      details: { dependencies: { db: 'unhealthy' } },
    });
  });

  it('includes the body of a failure', async () => {
    const body = {
      status: 'error',
      error: { redis: { status: 'down', message: 'connect ECONNREFUSED' } },
      details: {},
    };
    expect(await say(body, { status: 503 })).toMatchObject({
      status: 'unhealthy',
      error: 'HTTP 503 Service Unavailable, reports "error": redis: connect ECONNREFUSED',
      details: { dependencies: { redis: 'unhealthy' } },
    });
    expect(await say('<html>Bad Gateway</html>', { status: 502, type: 'text/html' })).toMatchObject({
      error: 'HTTP 502 Bad Gateway',
    });
    expect((await say('{}', { status: 401 })).error).toMatch(/HTTP 401 Unauthorized; set bearer_token, headers, or/);
  });

  it('accepts the expected codes, and no others', async () => {
    const expected_status = [404, 503];
    expect(await say({ status: 'UP' }, { status: 503, expected_status })).toMatchObject({ status: 'healthy' });
    expect(await say({ status: 'degraded' }, { status: 404, expected_status })).toMatchObject({ status: 'degraded' });
    expect(await say('OK', { expected_status })).toMatchObject({ status: 'unhealthy' });
  });

  it('warns of invalid JSON', async () => {
    expect(await say('{"status":')).toMatchObject({
      status: 'warning',
      message: 'its body is announced as JSON, but cannot be parsed',
    });
    expect(await say('{"status":', { type: 'text/plain' })).toMatchObject({ status: 'healthy' });
  });

  it('does not follow redirects, and names their target without the query', async () => {
    expect((await probeOnce(`${service.url}/redirect`)).error).toBe(
      `HTTP 302 Found to /login; redirects are not followed, set the url to where it leads`
    );
  });

  it('reads at most 64 KiB, and then decides by the code', async () => {
    expect(await probeOnce(`${service.url}/size?bytes=65536`)).toMatchObject({ status: 'healthy', message: undefined });
    for (const bytes of [65_537, 50_000_000])
      expect(await probeOnce(`${service.url}/size?bytes=${bytes}`)).toMatchObject({
        status: 'healthy',
        message: 'its body is larger than 64 KiB, and was not read',
      });
  });

  it.each([
    ['/drip', 'incomplete reply'],
    ['/silent', 'connected, no reply'],
  ])('ends %s at the timeout', async (path, what) => {
    const result = await probeOnce(`${service.url}${path}`, { timeout: '300ms' }, 300);
    expect(result).toMatchObject({
      status: 'unhealthy',
      error: `timed out after 300 ms (${what})`,
      timedOut: true,
    });
    expect(result.elapsedMs).toBeLessThan(2000);
  });

  it('reports that the service closed the connection', async () => {
    expect((await probeOnce(`${service.url}/hangup`)).error).toBe(
      'connection closed by the server before it answered; is the port right, and does it require TLS?'
    );
  });

  it('works with a service that closes after each response, without reporting a loss', async () => {
    const probe = create(`${service.url}/once`);
    let changes = 0;
    probe.onConnectionChange?.(() => changes++);
    for (let i = 0; i < 5; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    await probe.close();
    expect(changes).toBe(0);
  });

  it('shows no secret that the service repeats', async () => {
    const url = service.url.replace('//', '//user:hunter2-hunter2@');
    const result = await probeOnce(`${url}/scold`, {
      bearer_token: 'secret-token-17',
      headers: { 'X-Api-Key': 'k-e-y-1' },
    });
    expect(result.status).toBe('unhealthy');
    expect(JSON.stringify(result)).not.toMatch(/secret-token-17|hunter2/);
    expect(result.error).toMatch(/^HTTP 503/);
  });
});

describe('one connection', () => {
  let server: LocalServer | undefined;
  afterEach(() => server?.close());

  it('is kept from run to run', async () => {
    server = await serve((_request, response) => response.end('OK'));
    const probe = create(server.url);
    for (let i = 0; i < 20; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    expect(server.connections).toBe(1);
    await probe.close();
  });

  it('is reopened if it was closed just when it was reused', async () => {
    const answered = new WeakSet<object>();
    server = await serve((request, response) => {
      // never a second answer on a connection
      if (answered.has(request.socket)) return void request.socket.destroy();
      answered.add(request.socket);
      response.end('OK');
    });
    const probe = create(server.url);
    for (let i = 0; i < 4; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    expect(server.connections).toBe(4);
    await probe.close();
  });

  it('reports a loss only after it was kept between runs', async () => {
    let open: Socket | undefined;
    server = await serve((request, response) => {
      open = request.socket;
      response.end('OK');
    });
    const probe = create(server.url);
    let changes = 0;
    probe.onConnectionChange?.(() => changes++);
    for (let i = 0; i < 3; i += 1) {
      await runOnce(probe);
      await runOnce(probe);
      open?.destroy();
    }
    await runOnce(probe);
    expect(changes).toBe(0);
    await runForASecond(probe);
    open?.destroy();
    await waitFor(() => changes > 0, { timeoutMs: 1000, what: 'the change' });
    await runOnce(probe);
    expect(changes).toBe(1);
    await probe.close();
  });

  it('carries the headers, a token or user and password', async () => {
    const seen: IncomingHttpHeaders[] = [];
    server = await serve((request, response) => {
      seen.push(request.headers);
      response.end('OK');
    });
    await probeOnce(server.url, { headers: { 'X-A': 'b', Host: 'api.example' }, bearer_token: 'token' });
    await probeOnce(server.url.replace('//', '//us%40er:p%3Aw@'));
    await probeOnce(server.url, { bearer_token: 'token', headers: { Authorization: 'Digest x' } });
    expect(seen[0]).toMatchObject({
      'x-a': 'b',
      host: 'api.example',
      authorization: 'Bearer token',
      'user-agent': 'onehertz',
    });
    expect(seen[1]).toMatchObject({ authorization: `Basic ${Buffer.from('us@er:p:w').toString('base64')}` });
    expect(seen[2]).toMatchObject({ authorization: 'Digest x' });
  });
});

describe('invalid services', () => {
  it('nothing listens', async () => {
    const port = await refusedPort();
    expect((await probeOnce(`http://127.0.0.1:${port}`)).error).toBe(
      'connection refused; is it running, and is the port right?'
    );
  });

  it('there is no such host', async () => {
    const { error } = await probeOnce('http://no-such-host.invalid:8000', { timeout: '5s', interval: '10s' }, 5000);
    expect(error).toMatch(/^(host name not found|the DNS did not answer)/);
  });

  it('another protocol', async () => {
    const garbage = await listenGarbage();
    expect((await probeOnce(`http://127.0.0.1:${garbage.port}`)).error).toBe(
      'its answer is not HTTP; is it the right port?'
    );
    await garbage.close();
  });

  it('a listener that says nothing', async () => {
    const silent = await listenSilently();
    const result = await probeOnce(`http://127.0.0.1:${silent.port}`, { timeout: '300ms' }, 300);
    expect(result.error).toMatch(/timed out after 300 ms \(connected, no reply\)$/);
    await silent.close();
  });

  it('endless headers', async () => {
    const endless = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write(`x-${'a'.repeat(1000)}: ${'b'.repeat(8000)}\r\n`), 1);
      socket.on('close', () => clearInterval(timer));
    });
    expect((await probeOnce(`http://127.0.0.1:${endless.port}`)).error).toMatch(/it sends a head of \d+ bytes or more/);
    await endless.close();
  });

  it('no TLS', async () => {
    const plain = await serve((_request, response) => response.end());
    const { error } = await probeOnce(plain.url.replace('http:', 'https:'));
    expect(error).toMatch(/^no TLS on this port/);
    await plain.close();
  });
});

describe('TLS', () => {
  let directory: string;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'onehertz-https-'));
    const [key, cert] = [join(directory, 'key'), join(directory, 'crt')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '20', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' }
    );
    server = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
      response.end('{"status":"UP"}');
    });
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server?.close();
    server?.closeAllConnections();
    rmSync(directory, { recursive: true, force: true });
  });

  it('does not trust an unknown certificate', async () => {
    expect(await probeOnce(url)).toMatchObject({
      status: 'unhealthy',
      error: expect.stringMatching(/^its TLS certificate is self-signed/) as string,
    });
    expect(await probeOnce(url, { tls_insecure: true })).toMatchObject({ status: 'healthy' });
    expect(await probeOnce(url, { tls: { ca: readFileSync(join(directory, 'crt'), 'utf8') } })).toMatchObject({
      status: 'healthy',
    });
  });

  it('does not count the making of a connection as response time, and tells it by itself', async () => {
    // a path on which the handshake takes its time, and nothing after it
    const path = createTcpServer((near) => {
      const far = connect(Number(new URL(url).port), '127.0.0.1');
      const both = [near, far];
      const end = () => both.forEach((one) => one.destroy());
      for (const socket of both) socket.on('error', end).on('close', end);
      far.pipe(near);
      setTimeout(() => near.pipe(far), 500);
    }).listen(0, '127.0.0.1');
    await once(path, 'listening');
    const probe = create(`https://127.0.0.1:${(path.address() as AddressInfo).port}`, {
      tls: { insecure: true },
    });
    try {
      const first = await runOnce(probe, 2000);
      expect(first.connectMs).toBeGreaterThan(400);
      expect(first.responseTimeMs).toBeLessThan(400);
      const second = await runOnce(probe, 2000);
      expect([second.status, second.connectMs]).toEqual(['healthy', undefined]);
    } finally {
      await probe.close();
      path.close();
    }
  });

  it('tells when the certificate expires, and warns before', async () => {
    const trusted = { tls: { ca: readFileSync(join(directory, 'crt'), 'utf8') } };
    const found = await probeOnce(url, trusted);
    expect(found).toMatchObject({ status: 'healthy', details: { certificate_days: 19 } });
    const { value = 0 } = found.gauges?.find(({ name }) => name.endsWith('certificate_expiry_timestamp_seconds')) ?? {};
    expect((value - Date.now() / 1000) / 86_400).toBeCloseTo(20, 0);
    expect(await probeOnce(url, { ...trusted, tls_expiry_warning: '21d' })).toMatchObject({
      status: 'warning',
      message: 'its TLS certificate expires in 19 days',
    });
  });

  it('is not spoken to without TLS', async () => {
    expect((await probeOnce(url.replace('https:', 'http:'))).error).toMatch(
      /^(connection closed by the server before it answered|connection reset by the server|HTTP 400)/
    );
  });
});

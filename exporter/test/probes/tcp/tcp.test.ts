import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import {
  expectSockets,
  listen,
  listenGarbage,
  listenSilently,
  type Listener,
  makeTarget,
  openSockets,
  refusedPort,
  runOnce,
  silentContext,
} from '../kit/helpers';

const probeOf = (address: string, fields: Record<string, unknown> = {}): Probe =>
  createProbe(makeTarget('tcp', { address, ...fields }), silentContext());

describe('tcp', () => {
  const listeners: Listener[] = [];
  afterEach(() => Promise.all(listeners.splice(0).map((listener) => listener.close())));
  /** Closed after the test, also when it fails. */
  async function kept(listener: Promise<Listener>): Promise<Listener> {
    listeners.push(await listener);
    return listener;
  }

  describe('of a Redis server', () => {
    let server: RunningServer;
    let address: string;
    beforeAll(async () => {
      server = await startRedis();
      address = `127.0.0.1:${server.port}`;
    });
    afterAll(() => server?.stop());
    const ping = { send: 'PING\r\n', expect: '+PONG' };

    it('is healthy, and leaves no socket behind', async () => {
      const before = openSockets();
      const result = await runOnce(probeOf(address));
      expect(result).toMatchObject({ status: 'healthy', message: 'accepts connections' });
      expect(result.responseTimeMs).toBeGreaterThan(0);
      expect(await runOnce(probeOf(address, ping))).toMatchObject({
        status: 'healthy',
        message: 'answers as expected',
      });
      await expectSockets(before);
    });

    it('says what came instead of the expected answer', async () => {
      const probe = probeOf(address, { send: 'NONSENSE\r\nQUIT\r\n', expect: '+PONG' });
      expect((await runOnce(probe)).error).toMatch(/expected an answer with "\+PONG", got "-ERR unknown command/);
    });

    it('is unhealthy while the server is killed, and healthy after its restart', async () => {
      const probe = probeOf(address);
      await server.kill();
      const error = 'connection refused; is it running, and is the port right?';
      expect(await runOnce(probe)).toMatchObject({ status: 'unhealthy', error });
      await server.restart();
      expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    });

    it('finds out a frozen server by its answer only: the kernel still accepts connections for it', async () => {
      server.freeze();
      try {
        expect(await runOnce(probeOf(address))).toMatchObject({ status: 'healthy' });
        const hung = await runOnce(probeOf(address, ping), 300);
        expect(hung).toMatchObject({ status: 'unhealthy', timedOut: true });
        expect(hung.error).toBe('timed out after 800 ms (connected, expected reply missing)');
      } finally {
        server.resume();
      }
      expect(await runOnce(probeOf(address, ping))).toMatchObject({ status: 'healthy' });
    });
  });

  it.each([
    ['nowhere.invalid:80', /^host name not found/],
    ['[::1]:1', /^(connection refused|.*address)/],
  ])('is unhealthy at %s', async (address, error) => {
    const result = await runOnce(probeOf(address), 5000);
    expect([result.status, result.error]).toEqual(['unhealthy', expect.stringMatching(error)]);
  });

  it('tells a port on which nobody listens', async () => {
    expect((await runOnce(probeOf(`127.0.0.1:${await refusedPort()}`))).error).toContain('connection refused');
  });

  it('gives up on garbage without end', async () => {
    const listener = await kept(listenGarbage(Buffer.alloc(200_000, 'x')));
    const result = await runOnce(probeOf(`127.0.0.1:${listener.port}`, { expect: 'hello' }));
    expect(result.error).toContain('expected an answer with "hello", got "xxx');
  });

  it('tells a server that closes at once', async () => {
    const listener = await kept(listen((socket) => socket.end()));
    const result = await runOnce(probeOf(`127.0.0.1:${listener.port}`, { expect: 'hello' }));
    expect(result.error).toContain('got nothing');
  });

  it('settles at once when it is closed during a run', async () => {
    const listener = await kept(listenSilently());
    const probe = probeOf(`127.0.0.1:${listener.port}`, { expect: 'hello' });
    const run = runOnce(probe, 10_000);
    await probe.close();
    expect((await run).elapsedMs).toBeLessThan(1000);
  });

  describe('with TLS', () => {
    let directory: string;
    const servers: Server[] = [];
    beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'onehertz-tls-'))));
    afterAll(() => {
      servers.forEach((server) => server.close());
      rmSync(directory, { recursive: true, force: true });
    });

    /** A TLS server whose self-signed certificate is valid for `days` more days; 0: expired yesterday. */
    async function tlsServer(days: number): Promise<string> {
      const key = join(directory, `${days}.key`);
      const cert = join(directory, `${days}.crt`);
      const day = (offset: number) =>
        new Date(Date.now() + offset * 86_400_000)
          .toISOString()
          .replace(/[-:T]|\.\d+/g, '')
          .slice(0, 14) + 'Z';
      const request = join(directory, `${days}.csr`);
      const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', key, '-out', request);
      // `openssl ca` is the one that takes both dates
      for (const file of ['index.txt', 'index.txt.attr']) execFileSync('truncate', ['-s', '0', join(directory, file)]);
      const config = 'ca.cnf';
      execFileSync(
        'sh',
        [
          '-c',
          `printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\nnew_certs_dir=.\\nrand_serial=yes\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' > ${config}`,
        ],
        { cwd: directory }
      );
      const end = days === 0 ? day(-1) : day(days + 0.5);
      openssl(
        'ca',
        '-batch',
        '-selfsign',
        '-config',
        config,
        '-keyfile',
        key,
        '-in',
        request,
        '-out',
        cert,
        '-startdate',
        day(-10),
        '-enddate',
        end,
        '-notext'
      );
      const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
        socket.on('data', (data: Buffer) => heard.push(data.toString()));
        socket.on('error', () => undefined).end('hello\n');
      });
      server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      return `localhost:${(server.address() as AddressInfo).port}`;
    }
    const insecure = { tls: true, tls_insecure: true };
    /** What clients said to the servers. */
    const heard: string[] = [];

    it('reports when the certificate expires', async () => {
      const result = await runOnce(probeOf(await tlsServer(100), { ...insecure, expect: 'hello' }), 5000);
      expect(result).toMatchObject({ status: 'healthy', details: { certificate_days: 100 } });
      const [gauge] = result.gauges ?? [];
      expect(gauge?.name).toBe('component_tcp_certificate_expiry_timestamp_seconds');
      expect((gauge?.value ?? 0) - Date.now() / 1000).toBeGreaterThan(99 * 86_400);
    });

    it('warns before it expires', async () => {
      const result = await runOnce(probeOf(await tlsServer(5), insecure), 5000);
      expect(result).toMatchObject({ status: 'warning', message: 'its TLS certificate expires in 5 days' });
    });

    it('does not trust a self-signed or expired one unless told to', async () => {
      const self = await runOnce(probeOf(await tlsServer(50), { tls: true }), 5000);
      expect([self.status, self.error]).toEqual(['unhealthy', expect.stringMatching(/self-signed/)]);
      const expired = await tlsServer(0);
      expect((await runOnce(probeOf(expired, { tls: true }), 5000)).status).toBe('unhealthy');
      expect(await runOnce(probeOf(expired, insecure), 5000)).toMatchObject({
        status: 'warning',
        message: 'its TLS certificate has expired',
      });
    });

    it('says nothing to whom it does not trust, and still reports the date', async () => {
      const address = await tlsServer(60);
      const fields = { tls: true, send: 'the password\n', expect: 'hello' };
      const distrusted = await runOnce(probeOf(address, fields), 5000);
      expect(distrusted).toMatchObject({ status: 'unhealthy', details: { certificate_days: 60 } });
      expect(distrusted.gauges).toHaveLength(1);
      expect(await runOnce(probeOf(address, { ...fields, tls_insecure: true }), 5000)).toMatchObject({
        status: 'healthy',
        message: 'answers as expected',
      });
      await waitFor(() => heard.length > 0, { timeoutMs: 2000, what: 'the second client to be heard' });
      expect(heard).toEqual(['the password\n']);
    });

    it('tells a port that speaks no TLS, and one that says nothing', async () => {
      const garbage = await kept(listenGarbage());
      expect((await runOnce(probeOf(`127.0.0.1:${garbage.port}`, { tls: true }))).error).toMatch(/no TLS on this port/);
      const silent = await kept(listenSilently());
      const hung = await runOnce(probeOf(`127.0.0.1:${silent.port}`, { tls: true }), 200);
      expect(hung.error).toMatch(/^timed out after 800 ms \(connected, no TLS handshake\)$/);
    });
  });
});

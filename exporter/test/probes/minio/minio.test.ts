import { startS3, type S3Server } from '@onehertz/demo';
import { Client } from 'minio';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProbe } from '../../../src/probes';
import { minio } from '../../../src/probes/minio';
import type { Probe } from '../../../src/probes/probe';
import {
  expectSockets,
  listenGarbage,
  listenSilently,
  makeTarget,
  openSockets,
  recordingLog,
  refusedPort,
  runOnce,
  runUntil,
  silentContext,
} from '../kit/helpers';
import { itSurvives } from '../kit/lifecycle';

const isHealthy = ({ status }: { status: string }) => status === 'healthy';

describe('minio', () => {
  let server: S3Server;
  const probes: Probe[] = [];

  beforeAll(async () => {
    server = await startS3();
    const client = new Client({
      endPoint: server.host,
      port: server.port,
      useSSL: false,
      accessKey: server.accessKey,
      secretKey: server.secretKey,
    });
    for (const bucket of ['recordings', 'models']) await client.makeBucket(bucket);
  });
  afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));
  afterAll(() => server?.stop());

  const account = () => ({ access_key: server.accessKey, secret_key: server.secretKey });
  const probeOf = (fields: Record<string, unknown> = {}, context = silentContext()): Probe => {
    const probe = createProbe(makeTarget('minio', { url: server.url, ...account(), ...fields }), context);
    probes.push(probe);
    return probe;
  };

  it('says what a healthy server is', async () => {
    const result = await runOnce(probeOf({ buckets: ['recordings', 'models'] }));
    expect(result).toMatchObject({ status: 'healthy', message: '2 buckets', details: { buckets: 2 } });
    expect(result.responseTimeMs).toBeGreaterThan(0);
    expect(result.gauges).toEqual(
      expect.arrayContaining([
        { name: 'component_minio_buckets', value: 2 },
        { name: 'component_minio_buckets_missing', value: 0 },
      ])
    );
    expect(minio.gauges.map(({ name }) => name)).toEqual(
      expect.arrayContaining(result.gauges?.map(({ name }) => name) ?? [])
    );
  });

  it('keeps its connection', async () => {
    const before = openSockets();
    const probe = probeOf();
    for (let i = 0; i < 30; i += 1) expect((await runOnce(probe)).status).toBe('healthy');
    expect(openSockets() - before).toBe(1);
  });

  it('warns of missing buckets, by name', async () => {
    const one = await runOnce(probeOf({ buckets: ['recordings', 'nope'] }));
    expect(one).toMatchObject({
      status: 'warning',
      message: 'bucket missing: nope',
      details: { buckets: 2, buckets_missing: ['nope'] },
    });
    expect(one.gauges).toContainEqual({ name: 'component_minio_buckets_missing', value: 1 });
    const many = await runOnce(probeOf({ buckets: ['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6', 'Not A Bucket'] }));
    expect(many.message).toBe('buckets missing: a-1, a-2, a-3, a-4, a-5 and 2 more');
    expect(JSON.stringify(many.details).length).toBeLessThan(100);
  });

  // its health pages and metrics are asked for on connections of their own
  itSurvives({ server: () => server, create: () => probeOf({ buckets: ['models'] }), givenUp: 5 });

  it.each([
    ['secret_key', 'the secret key is wrong; check secret_key'],
    ['access_key', 'the access key is unknown; check access_key'],
  ])('says that the %s is wrong, and says the secret nowhere', async (key, error) => {
    const { log, text } = recordingLog();
    const probe = probeOf({ [key]: 'wr0ng#secret%' }, { log });
    const result = await runOnce(probe);
    expect(result).toMatchObject({ status: 'unhealthy', error: `${error}` });
    const said = JSON.stringify(result) + text();
    expect(said).not.toContain('wr0ng');
    expect(said).not.toContain(server.secretKey);
  });

  it('only asks whether the server answers when it has no account', async () => {
    const result = await runOnce(probeOf({ access_key: undefined, secret_key: undefined, buckets: ['x'] }));
    expect(result).toMatchObject({
      status: 'healthy',
      message: 'answers; no access_key, so buckets were not checked',
    });
  });

  it('says that the host does not exist, that nobody listens, or that it is no S3', async () => {
    const nowhere = await runOnce(probeOf({ url: 'http://no-such-host.invalid:9000', timeout: '5s' }), 5000);
    expect(nowhere.error).toMatch(/^(host name not found|the DNS did not answer)/);
    const port = await refusedPort();
    const refused = await runOnce(probeOf({ url: `http://127.0.0.1:${port}` }));
    expect(refused.error).toBe('connection refused; is it running, and is the port right?');
    const noTls = await runOnce(probeOf({ url: server.url.replace('http', 'https') }));
    expect(noTls.error).toMatch(/^no TLS on this port/);
  });

  describe('that is none', () => {
    const errorOf = async (port: number) => {
      const before = openSockets();
      const url = `http://127.0.0.1:${port}`;
      const probe = createProbe(makeTarget('minio', { url, ...account(), timeout: '150ms' }), silentContext());
      const result = await runUntil(probe, ({ timedOut }) => !timedOut, { timeoutMs: 150 });
      expect(result.status).toBe('unhealthy');
      await probe.close();
      await expectSockets(before);
      return result.error ?? '';
    };

    it('answers nothing', async () => {
      const listener = await listenSilently();
      expect(await errorOf(listener.port)).toMatch(/timed out after 150 ms \((connected, )?no reply\)$/);
      await listener.close();
    });

    it('talks nonsense, or another protocol', async () => {
      for (const words of [undefined, 'SSH-2.0-OpenSSH_9\r\n', '+PONG\r\n']) {
        const listener = await listenGarbage(words === undefined ? undefined : Buffer.from(words));
        expect(await errorOf(listener.port)).toMatch(/not with HTTP; is the port right\?$/);
        await listener.close();
      }
    });
  });

  // What MinIO says beside S3, in the words of its sources, in front of whichever S3 server there is.
  describe("with MinIO's pages", () => {
    let front: Server;
    let pages: Record<string, (response: ServerResponse, incoming: IncomingMessage) => void> = {};
    const metrics = (offline: number) =>
      [
        `minio_cluster_drive_offline_total{server="a:9000"} ${offline}`,
        `minio_cluster_drive_online_total{server="a:9000"} ${4 - offline}`,
        'minio_cluster_drive_total{server="a:9000"} 4',
        'minio_software_version_info{commit="07c3a42",server="a:9000",version="2025-09-07T16:13:09Z"} 1',
      ].join('\n');
    const answer =
      (status: number, body = '', headers = {}) =>
      (response: ServerResponse) =>
        void response.writeHead(status, headers).end(body);

    beforeAll(async () => {
      front = createServer((incoming, response) => {
        const page = pages[incoming.url ?? ''];
        if (page) return page(response, incoming);
        const { method, url: path, headers } = incoming;
        const forward = request({ host: server.host, port: server.port, method, path, headers }, (back) => {
          response.writeHead(back.statusCode ?? 500, back.headers);
          back.pipe(response);
        });
        incoming.pipe(forward);
      });
      front.listen(0, '127.0.0.1');
      await once(front, 'listening');
    });
    beforeEach(() => {
      pages = {
        '/minio/health/live': answer(200),
        '/minio/health/cluster': answer(200, '', { 'x-minio-write-quorum': '3' }),
        '/minio/v2/metrics/cluster': answer(200, metrics(0)),
      };
    });
    afterAll(async () => {
      front.close();
      front.closeAllConnections();
      await once(front, 'close');
    });
    const frontProbe = (fields = {}) =>
      probeOf({ url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, ...fields });

    it('reports its version, drives and quorum, and warns of drives that are offline', async () => {
      let authorization = '';
      pages['/minio/v2/metrics/cluster'] = (response, incoming) => {
        authorization = incoming.headers.authorization ?? '';
        answer(200, metrics(1))(response);
      };
      const probe = frontProbe();
      const result = await runUntil(probe, ({ version }) => version !== undefined);
      expect(result).toMatchObject({
        status: 'warning',
        message: '1 of 4 drives offline',
        version: '2025-09-07T16:13:09Z',
        details: { buckets: 2, drives_offline: 1 },
      });
      expect(result.gauges).toEqual(
        expect.arrayContaining([
          { name: 'component_minio_drives', value: 4 },
          { name: 'component_minio_drives_offline', value: 1 },
          { name: 'component_minio_write_quorum', value: 1 },
        ])
      );
      const [, header, claims] = /^Bearer (.+)\.(.+)\.(.+)$/.exec(authorization) ?? [];
      const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown;
      expect(decode(header)).toEqual({ alg: 'HS512', typ: 'JWT' });
      expect(decode(claims)).toMatchObject({ sub: server.accessKey, iss: 'prometheus' });
      expect(JSON.stringify(result.details).length).toBeLessThan(100);
    });

    it('is degraded without write quorum', async () => {
      pages['/minio/health/cluster'] = answer(503);
      pages['/minio/v2/metrics/cluster'] = answer(403);
      const result = await runUntil(frontProbe(), ({ status }) => status !== 'healthy');
      expect(result).toMatchObject({ status: 'degraded', message: 'no write quorum: it is read-only' });
      expect(result.gauges).toContainEqual({ name: 'component_minio_write_quorum', value: 0 });
    });

    it('says why it cannot serve, and sees at once that it can', async () => {
      pages['/minio/health/live'] = answer(503, '', { 'x-minio-server-status': 'iam-offline' });
      const probe = frontProbe();
      const starting = await runOnce(probe);
      expect(starting.status).toBe('unhealthy');
      expect(starting.error).toMatch(/^its health page answers 503 \(iam-offline\); it is overloaded, or not ready$/);
      const changed = new Promise<void>((resolve) => probe.onConnectionChange?.(resolve));
      pages['/minio/health/live'] = answer(200);
      await changed;
      await runUntil(probe, isHealthy);
    });

    it('tells an account that may not list from one that is wrong', async () => {
      const denied = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>';
      pages['/'] = answer(403, denied, { 'content-type': 'application/xml' });
      pages['/minio/health/cluster'] = answer(404);
      const probe = frontProbe({ buckets: ['models'] });
      const result = await runOnce(probe);
      expect(result).toMatchObject({ status: 'healthy', message: 'answers; the account may not list buckets' });
      expect(await runOnce(frontProbe({ buckets: ['models', 'nope'] }))).toMatchObject({
        status: 'warning',
        message: 'bucket missing: nope',
      });
    });

    it('asks once, and leaves nothing behind, when the server answers 503', async () => {
      const before = openSockets();
      let asked = 0;
      pages['/'] = (response) => {
        asked += 1;
        answer(503, 'x'.repeat(100_000))(response);
      };
      const probe = frontProbe();
      for (let i = 1; i <= 20; i += 1) {
        const result = await runOnce(probe);
        expect(result.error).toMatch(/^answers 503; it is overloaded, or not ready$/);
        expect(asked).toBe(i);
      }
      await probe.close();
      await expectSockets(before);
    });

    it('is none that answers with pages for browsers, or without end', async () => {
      pages['/'] = answer(200, '<!doctype html><title>Grafana</title><p>hello');
      expect((await runOnce(frontProbe())).error).toMatch(/not as S3 does; is the address right\?$/);
      pages['/'] = (response) => {
        const more = () => {
          while (response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      };
      const endless = await runOnce(frontProbe({ timeout: '5s', interval: '6s' }), 5000);
      expect(endless).toMatchObject({ status: 'unhealthy', timedOut: false });
      expect(endless.error).toMatch(/an answer of more than 1024 KiB/);
    });

    it('tries a broken kept connection once more before it says so', async () => {
      const probe = frontProbe();
      await runUntil(probe, isHealthy);
      let breaks = 1;
      pages['/'] = (response) => {
        if (breaks-- > 0) response.socket?.destroy();
        else answer(200, '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>')(response);
      };
      expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: '0 buckets' });
      breaks = 2;
      expect((await runOnce(probe)).error).toMatch(/connection (closed|reset) by the server/);
    });
  });
});

import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createProbe } from '../../../src/probes';
import { minio } from '../../../src/probes/minio';
import type { Probe } from '../../../src/probes/probe';
import { makeTarget, runOnce, runUntil, silentContext, type Run } from '../kit/helpers';
import { error, NO_BUCKETS, WORKING, XML, type Page } from './pages';

const KEYS = { access_key: 'AKIAIOSFODNN7EXAMPLE', secret_key: 'hunter2hunter2' };
const statusOf = ({ status }: Run) => status;
const samplesOf = ({ gauges }: Run) =>
  new Map(gauges?.map(({ name, value }) => [name.replace('component_minio_', ''), value]));

describe('minio that says what it serves', () => {
  const probes: Probe[] = [];
  let server: Server;
  let pages: Record<string, Page>;
  let asked: string[] = [];
  /** For what has no page. */
  let other: Page;

  beforeEach(async () => {
    pages = { ...WORKING };
    other = [404, error('NoSuchBucket'), XML];
    asked = [];
    server = createServer((request: IncomingMessage, response) => {
      const path = request.url?.split('?')[0] ?? '';
      asked.push(path);
      const [status, body = '', headers = {}] = pages[path] ?? other;
      response.writeHead(status, headers).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    await Promise.all(probes.splice(0).map((probe) => probe.close()));
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  const portOf = () => (server.address() as AddressInfo).port;
  const probeOf = (fields: Record<string, unknown> = {}): Probe => {
    const probe = createProbe(makeTarget('minio', { url: `http://127.0.0.1:${portOf()}`, ...fields }), silentContext());
    probes.push(probe);
    return probe;
  };
  const count = (path: string) => asked.filter((one) => one === path).length;

  it('asks something at each run also without keys, and hears when the server has gone', async () => {
    delete pages['/minio/health/live'];
    const probe = probeOf();
    for (let i = 1; i <= 5; i += 1) {
      const before = asked.length;
      const result = await runOnce(probe);
      expect(result.status).toBe('healthy');
      expect(result.responseTimeMs).toBeGreaterThan(0);
      expect(asked.length).toBeGreaterThan(before);
    }
    server.closeAllConnections();
    server.close();
    const gone = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 3000 });
    expect(gone.error).toMatch(/connection (closed|reset|refused)/);
  });

  it.each<[string, Page]>([
    ['a page for browsers', [200, '<!doctype html><title>MinIO Console</title>', { server: 'MinIO Console' }]],
    ['nothing, with 200', [200]],
    ['nothing, with 204', [204]],
    ['a text', [200, 'ok']],
    ['JSON', [200, '{"status":"ok"}', { 'content-type': 'application/json' }]],
    ['XML of another kind', [200, '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>']],
    ['not found', [404, '<html><h1>404 Not Found</h1></html>']],
    ['forbidden', [403, 'Forbidden']],
    ['elsewhere', [302, '', { location: '/login' }]],
  ])('takes no server for S3 that answers everything with %s', async (_, page) => {
    pages = {};
    other = page;
    const result = await runOnce(probeOf());
    expect(result.status).toBe('unhealthy');
    expect(result.error).toMatch(/^it answers, but not as S3 does; is the address right\?$/);
  });

  it.each<[string, Page]>([
    ['an error', [400, error('InvalidArgument'), XML]],
    ['an open list', NO_BUCKETS],
    ['a redirect', [307, '', { 'x-amz-request-id': '18EC8BAC14CFBAD0', location: 'https://aws.example/s3/' }]],
  ])('takes for S3 what answers with %s of S3', async (_, page) => {
    pages = {};
    other = page;
    expect(statusOf(await runOnce(probeOf()))).toBe('healthy');
  });

  it('is down when it serves nothing yet, whatever the code of its health page', async () => {
    pages['/minio/health/live'] = [200, '', { 'x-minio-server-status': 'offline' }];
    pages['/'] = [503, error('XMinioServerNotInitialized'), XML];
    const result = await runOnce(probeOf());
    expect(result.status).toBe('unhealthy');
    expect(result.error).toMatch(
      /^its health page says that it serves nothing \(offline\); see its log and its drives$/
    );
    pages['/minio/health/live'] = [200];
    const later = await runUntil(probeOf(), ({ error: text }) => text?.includes('XMinio') ?? false);
    expect(later.error).toMatch(/answers 503 \(XMinioServerNotInitialized\); it is overloaded, or not ready$/);
    expect(later.reason).toBe('reported');
  });

  it.each([{}, KEYS])('is down without read quorum, and degraded without write quorum: %o', async (keys) => {
    if ('access_key' in keys) pages['/'] = NO_BUCKETS;
    pages['/minio/health/cluster'] = [503];
    const degraded = await runUntil(probeOf(keys), ({ status }) => status !== 'healthy');
    expect(degraded).toMatchObject({ status: 'degraded', message: 'no write quorum: it is read-only' });

    pages['/minio/health/cluster/read'] = [503];
    if ('access_key' in keys) pages['/'] = [503, error('SlowDownRead'), XML];
    const probe = probeOf(keys);
    const down = await runUntil(probe, ({ error: text }) => text?.includes('quorum') ?? false);
    expect(down.error).toMatch(/^no read quorum: too many drives are offline, so nothing is served$/);
    // the server logs each of these questions while its answer is no
    asked = [];
    for (let i = 0; i < 10; i += 1) await runOnce(probe);
    expect(count('/minio/health/cluster')).toBe(0);
  });

  it('goes by what it could read when that is newer than the quorum', async () => {
    pages['/'] = NO_BUCKETS;
    pages['/minio/health/cluster'] = [503];
    pages['/minio/health/cluster/read'] = [503];
    const probe = probeOf(KEYS);
    for (let i = 0; i < 10; i += 1) expect(statusOf(await runOnce(probe))).not.toBe('unhealthy');
  });

  const driveMetrics = (free: number[]) =>
    free
      .flatMap((bytes, i) => [
        `minio_node_drive_free_bytes{drive="/d${i}",server="127.0.0.1:9000"} ${bytes}`,
        `minio_node_drive_total_bytes{drive="/d${i}",server="127.0.0.1:9000"} ${bytes < 0 ? 0 : 1.34217728e8}`,
      ])
      .join('\n')
      .replaceAll(' -1\n', ' 0\n');
  /** As MinIO keeps it for a minute, and how many are online as it keeps that for ten seconds. */
  const clusterMetrics = (online: number, freeBytes = 2.68e8) =>
    [
      'minio_cluster_drive_offline_total{server="a"} 0',
      'minio_cluster_drive_online_total{server="a"} 4',
      `minio_cluster_health_erasure_set_online_drives{pool="0",server="a",set="0"} ${online}`,
      `minio_cluster_capacity_usable_free_bytes{server="a"} ${freeBytes}`,
      'minio_cluster_capacity_usable_total_bytes{server="a"} 2.68435456e+08\n',
    ].join('\n');

  it('warns when its drives are full, by the figures that are new', async () => {
    pages['/'] = NO_BUCKETS;
    pages['/minio/v2/metrics/cluster'] = [200, clusterMetrics(3)];
    pages['/minio/v2/metrics/node'] = [200, driveMetrics([0, 1e6, 1.3e8, -1])];
    const full = await runUntil(probeOf(KEYS), ({ status }) => status !== 'healthy');
    expect(full).toMatchObject({
      status: 'warning',
      message: '2 of 4 drives full: MinIO stores nothing where less than 1 % is free; 1 of 4 drives offline',
    });
    const samples = samplesOf(full);
    expect(samples.get('drives_offline')).toBe(1);
    expect(samples.get('drives_free_bytes')).toBe(1.31e8);
    expect(samples.get('drives_size_bytes')).toBe(3 * 1.34217728e8);
    expect(minio.gauges.map(({ name }) => name)).toEqual(
      expect.arrayContaining(full.gauges?.map(({ name }) => name) ?? [])
    );

    pages['/minio/v2/metrics/node'] = [404];
    pages['/minio/v2/metrics/cluster'] = [200, clusterMetrics(4, 2e6)];
    const all = await runUntil(probeOf(KEYS), ({ status }) => status !== 'healthy');
    expect(all.message).toBe('its drives are full: MinIO stores nothing where less than 1 % is free');

    // what cannot be read any more is absent
    pages['/minio/v2/metrics/cluster'] = [500];
    const probe = probeOf(KEYS);
    for (let i = 0; i < 5; i += 1) expect([...samplesOf(await runOnce(probe)).keys()]).not.toContain('drives_offline');
  });

  it('says no to the account: it is asked once in five seconds, and at once after a reload', async () => {
    pages['/'] = [403, error('SignatureDoesNotMatch'), XML];
    const probe = probeOf(KEYS);
    for (let i = 0; i < 10; i += 1) {
      const result = await runOnce(probe);
      expect(result.error).toMatch(/^the secret key is wrong; check secret_key$/);
      await delay(100);
    }
    expect(count('/')).toBe(1);
    probe.retryNow?.();
    await waitFor(() => count('/') === 2, { timeoutMs: 1000, what: 'another attempt' });
    pages['/'] = NO_BUCKETS;
    probe.retryNow?.();
    await runUntil(probe, ({ status }) => status === 'healthy');
  });

  it('does without the list and the metrics that the account may not have', async () => {
    const probe = probeOf(KEYS);
    for (let i = 0; i < 20; i += 1)
      expect(await runOnce(probe)).toMatchObject({
        status: 'healthy',
        message: 'answers; the account may not list buckets',
      });
    await waitFor(() => count('/minio/v2/metrics/cluster') > 0, { timeoutMs: 1000, what: 'the metrics to be asked' });
    expect(count('/')).toBe(1);
    expect(count('/minio/v2/metrics/cluster')).toBe(1);
    expect(count('/minio/health/live')).toBeGreaterThanOrEqual(20);
  });

  it('is not another server that took its place', async () => {
    const probe = probeOf();
    await runOnce(probe);
    pages = {};
    other = [200, '<!doctype html><title>Welcome to nginx!</title>'];
    const changed = await runUntil(probe, ({ error: text }) => text?.includes('not as S3') ?? false);
    expect(changed.status).toBe('unhealthy');
  });
});

import { startS3, type S3Server } from '@onehertz/demo';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPONENT_SCHEMAS, createProbe } from '../../../src/probes';
import { minio } from '../../../src/probes/minio';
import { createCertificates } from '../../faults/certificates';
import { makeTarget, runOnce, runUntil, silentContext } from '../kit/helpers';
import { WORKING } from './pages';

it('trusts the authority of the component, on every connection', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-minio-tls-'));
  createCertificates(directory);
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');
  const asked = new Set<string>();
  const server = createSecureServer(
    { key: text('good.key'), cert: text('good.crt'), ca: text('ca.pem'), requestCert: true, rejectUnauthorized: true },
    ({ url = '' }, response) => {
      asked.add(url);
      const [status, body = ''] = WORKING[url] ?? [404];
      response.writeHead(status).end(body);
    }
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const tls = { ca: text('ca.pem'), cert: text('good.crt'), key: text('good.key') };
  const slow = { timeout: '5s', interval: '6s' };
  const probe = createProbe(makeTarget('minio', { url, tls, ...slow }), silentContext());
  const result = await runUntil(probe, () => asked.has('/minio/health/cluster'), { timeoutMs: 5000 });
  expect(result.status).toBe('healthy');
  const stranger = createProbe(makeTarget('minio', { url, ...slow }), silentContext());
  expect((await runOnce(stranger, 5000)).error).toMatch(/^its TLS certificate (is not signed|chain is self-signed)/);
  await Promise.all([probe.close(), stranger.close()]);
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

describe('the URL of minio', () => {
  let s3: S3Server;
  beforeAll(async () => (s3 = await startS3()));
  afterAll(() => s3?.stop());

  it('may hold the keys', async () => {
    const { accessKey, secretKey, port } = s3;
    const url = `http://${encodeURIComponent(accessKey)}:${encodeURIComponent(secretKey)}@127.0.0.1:${port}`;
    const probe = createProbe(makeTarget('minio', { url }), silentContext());
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: '0 buckets' });
    await probe.close();
  });

  it.each([
    ['http://minio:9000/', undefined],
    ['http://minio:9000/uploads', /name buckets in "buckets"/],
    ['http://minio:9000/?region=eu', /nothing after the host and port/],
    ['http://minio:9000/#x', /nothing after the host and port/],
    ['http://key@minio:9000', /expected both keys in it, or none/],
    ['http://key:secret@minio:9000', undefined],
  ])('%s: is used, or refused', (url, message) => {
    const parsed = COMPONENT_SCHEMAS.minio.parse({ probe: 'minio', name: 'minio', url });
    const [finding] = minio.check?.(parsed as never) ?? [];
    if (message) expect(finding).toMatchObject({ path: ['url'], message: expect.stringMatching(message) as string });
    else expect(finding).toBeUndefined();
  });
});

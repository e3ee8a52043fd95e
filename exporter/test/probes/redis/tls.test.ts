import { freePort, startRedisWith } from '@onehertz/demo';
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPONENT_SCHEMAS } from '../../../src/probes';
import { redis } from '../../../src/probes/redis';
import { createCertificates } from '../../faults/certificates';
import { runOnce } from '../kit/helpers';
import { probeOf, started } from './harness';

describe('redis over TLS', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'onehertz-redis-tls-'));
    createCertificates(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (name: string) => join(directory, name);
  const text = (name: string) => readFileSync(file(name), 'utf8');

  it('trusts the authority of the component, and shows its own certificate', async () => {
    const port = await freePort();
    await started(
      startRedisWith({
        name: 'redis-tls',
        settings: [
          'save ""',
          `tls-port ${port}`,
          `tls-cert-file "${file('good.crt')}"`,
          `tls-key-file "${file('good.key')}"`,
          `tls-ca-cert-file "${file('ca.pem')}"`,
          'tls-auth-clients yes',
        ],
      })
    );
    const own = { ca: text('ca.pem'), cert: text('good.crt'), key: text('good.key') };
    for (const scheme of ['rediss', 'valkeys']) {
      const result = await runOnce(
        probeOf(`${scheme}://localhost:${port}`, { timeout: '5s', interval: '6s', tls: own }),
        5000
      );
      expect(result.error).toBeUndefined();
      expect(result.status).toBe('healthy');
    }
    const url = `rediss://localhost:${port}`;
    const stranger = await runOnce(probeOf(url, { timeout: '5s', interval: '6s' }), 5000);
    expect(stranger.error).toMatch(/certificate is not signed by a known authority|certificate chain is self-signed/);
    const unnamed = await runOnce(probeOf(url, { timeout: '5s', interval: '6s', tls: { ca: own.ca } }), 5000);
    expect(unnamed.status).toBe('unhealthy');
  });

  it('has no use for the block without the scheme', () => {
    const parsed = COMPONENT_SCHEMAS.redis.parse({
      probe: 'redis',
      name: 'r',
      url: 'redis://h',
      tls: { insecure: true },
    });
    expect(redis.check?.(parsed as never)).toMatchObject([{ path: ['tls'] }]);
  });
});

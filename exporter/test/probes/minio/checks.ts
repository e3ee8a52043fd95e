/** What the tests must know of the probe minio. */
import { canary, inUrl } from '../../canaries/canary';
import { s3Parrot } from '../../canaries/parrots';
import { KEPT, type FaultRow, type Fields } from '../../faults/rows';
import { BUCKET, type Servers } from '../../faults/servers';
import type { ProbeChecks } from '../kit/checks';

/** S3 has no session: a wrong secret key is a wrong signature in each request. */
function withWrongSignature(data: Buffer): Buffer {
  const text = data.toString('latin1').replace(/(Signature=)[0-9a-f]{8}/, '$100000000');
  return Buffer.from(text, 'latin1');
}

const s3Fields = (url: string, { s3 }: Servers): Fields => ({
  probe: 'minio',
  url,
  access_key: s3.accessKey,
  secret_key: s3.secretKey,
  buckets: [BUCKET],
});

const minio: FaultRow = {
  title: 'minio',
  slug: 'minio',
  speaks: 's3',
  ...KEPT,
  port: (servers) => servers.s3.port,
  plain: (port, servers) => s3Fields(`http://127.0.0.1:${port}`, servers),
  secure: (port, servers) => s3Fields(`https://localhost:${port}`, servers),
  refusals: {
    login: { ask: withWrongSignature, breaks: true },
    rights: ({ saying }) => saying['S3 AccessDenied'],
    limit: ({ saying }) => saying['S3 SlowDown'],
  },
};

export const checks: ProbeChecks = {
  faults: [minio],
  parrot: s3Parrot,
  canaries: ({ hosts, http }) => [
    ...[...hosts, http].map((host) => ({
      url: `http://${host}`,
      access_key: canary('access'),
      secret_key: canary('secret'),
      buckets: ['b'],
    })),
    // the keys in the URL
    { url: `http://watcher:${inUrl('url')}@${http}`, buckets: ['b'] },
  ],
  lifecycle: { test: 'minio.test.ts' },
  soak: { component: 'minio' },
};

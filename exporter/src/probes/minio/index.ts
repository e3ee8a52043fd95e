/** S3 storage, especially MinIO: the definition of the probe. */
import { checkTls } from '../../fields/tls';
import { defineProbe, type EnvironmentComponent } from '../definition';
import { single } from '../kit/environment';
import { unusedOf } from './account';
import { fields } from './settings';

export const minio = defineProbe({
  name: 'minio',
  kind: 'infrastructure',
  type: 'storage',
  purpose: `The health endpoint, then the buckets over S3. Missing buckets, a full MinIO and offline drives are a \`warning\`;
without read quorum it is \`unhealthy\`, without write quorum \`degraded\`.

An account needs \`s3:ListAllMyBuckets\` to list buckets, \`s3:ListBucket\` for each of \`buckets\`, and \`admin:Prometheus\` for MinIO's drives, space and
version. What it may not do is skipped. MinIO caches the figures of its space for a minute. Without keys, only the health endpoint is checked.`,
  example: `- name: minio
  probe: minio
  url: http://minio:9000
  access_key_file: secrets/minio_access_key
  secret_key_file: secrets/minio_secret_key
  buckets: [uploads, models]`,
  fields,
  check(component) {
    const { url, access_key, secret_key } = component;
    const findings = checkTls(component, ['https']);
    if (findings.length > 0) return findings;
    const unused = unusedOf({ url, access_key });
    if (unused !== undefined) return [{ path: ['url'], message: unused }];
    if ((access_key === undefined) === (secret_key === undefined)) return [];
    const [present, missing] = access_key === undefined ? ['secret_key', 'access_key'] : ['access_key', 'secret_key'];
    return [{ path: [present], message: `is set, but ${missing} is missing` }];
  },
  environment: {
    variable: 'MINIO_URL',
    form: '`MINIO_URL` with `MINIO_ACCESS_KEY` and `MINIO_SECRET_KEY` (or `MINIO_ROOT_USER` and `MINIO_ROOT_PASSWORD`)',
    describes: '`minio`',
    read: fromEnvironment,
  },
  gauges: [
    { name: 'component_minio_buckets', help: 'Buckets that the account may list.' },
    {
      name: 'component_minio_buckets_missing',
      help: 'Configured buckets that do not exist, or that the account may not see.',
    },
    {
      name: 'component_minio_write_quorum',
      help: '1 while MinIO has write quorum, else 0; absent where it does not say.',
    },
    { name: 'component_minio_drives', help: "Drives of the cluster; needs an account that may read MinIO's metrics." },
    { name: 'component_minio_drives_offline', help: 'Drives that are offline; absent like component_minio_drives.' },
    {
      name: 'component_minio_drives_free_bytes',
      help: 'Room on the drives of the node that is asked; absent like component_minio_drives.',
    },
    {
      name: 'component_minio_drives_size_bytes',
      help: 'Size of the drives of the node that is asked; absent like component_minio_drives.',
    },
  ],
  row: {
    title: 'MinIO',
    prefix: 'component_minio_',
    panels: [
      {
        title: 'Buckets',
        description: 'Those that were found, and those that should be there and are not.',
        unit: 'none',
        series: {
          buckets: 'found',
          buckets_missing: 'missing',
        },
      },
      {
        title: 'Drives',
        description: 'Where the account may read the metrics of MinIO.',
        unit: 'none',
        series: {
          drives: 'all',
          drives_offline: 'offline',
        },
      },
      {
        title: 'Space',
        description: 'Of the drives of the node that is asked. MinIO stores nothing where less than 1 % is free.',
        unit: 'bytes',
        series: {
          drives_free_bytes: 'free',
          drives_size_bytes: 'in all',
        },
      },
      {
        title: 'Write quorum',
        description: '1 while there is one; without it no object can be stored.',
        unit: 'none',
        series: { write_quorum: 'quorum' },
      },
    ],
  },
  figures: [{ show: 'count', noun: 'bucket', keys: ['buckets', 'minio_buckets'] }],
  load: () => require('./probe') as typeof import('./probe'),
});

/** `MINIO_URL`, and the keys under either of their names. */
function fromEnvironment(get: (name: string) => string | undefined): EnvironmentComponent[] {
  const url = get('MINIO_URL');
  if (url === undefined) return [];
  const either = (...names: [string, string]) => names.find((name) => get(name) !== undefined) ?? names[0];
  const variables = {
    access_key: either('MINIO_ACCESS_KEY', 'MINIO_ROOT_USER'),
    secret_key: either('MINIO_SECRET_KEY', 'MINIO_ROOT_PASSWORD'),
  };
  const [access_key, secret_key] = [get(variables.access_key), get(variables.secret_key)];
  const settings = { ...(access_key && { access_key }), ...(secret_key && { secret_key }) };
  return single('MINIO_URL', 'minio', url.includes('://') ? url : `http://${url}`, settings, variables);
}

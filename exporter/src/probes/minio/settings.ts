/** The settings of the probe of S3 storage. */
import { z } from 'zod';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import { httpFields } from '../http-client/settings';
import type { TargetOf } from '../target';

export const fields = {
  ...httpFields(
    'S3 endpoint, e.g. `http://minio:9000`; keys may stand in it: `http://access_key:secret_key@minio:9000`.'
  ),
  ...withFile('access_key', z.string().min(1).optional().meta({ secret: 'made name' }).describe('S3 access key.')),
  ...withFile('secret_key', z.string().min(1).optional().describe('S3 secret key.')),
  ...tlsFields,
  region: z.string().min(1).default('us-east-1').describe('S3 region, part of the signature.'),
  buckets: z.array(z.string().min(1)).default([]).describe('Buckets that must exist; a missing one is a `warning`.'),
};

export type MinioTarget = TargetOf<'minio', typeof fields>;

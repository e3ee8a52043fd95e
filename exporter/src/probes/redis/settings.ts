/** The settings of the probe of Redis. */
import { z } from 'zod';
import { url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import type { TargetOf } from '../target';

export const fields = {
  ...withFile(
    'url',
    url('redis', 'rediss', 'valkey', 'valkeys')
      .optional()
      .describe('`redis://user:password@host:6379/0`; `rediss://` for TLS; `valkey://` and `valkeys://` mean the same.')
  ),
  ...withFile('password', z.string().min(1).optional().describe('Password, if it is not in the URL.')),
  ...tlsFields,
  role: z
    .enum(['master', 'replica'])
    .optional()
    .describe('What it should be: a replica where `master` is expected is a `warning`, and the other way round.'),
};

export type RedisTarget = TargetOf<'redis', typeof fields>;

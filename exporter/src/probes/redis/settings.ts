/** The settings of the probe of Redis. */
import { z } from 'zod';
import { url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import type { TargetOf } from '../target';

export const fields = {
  ...withFile(
    'url',
    url('redis', 'rediss').optional().describe('`redis://user:password@host:6379/0`; `rediss://` for TLS.')
  ),
  ...withFile('password', z.string().min(1).optional().describe('Password, if it is not in the URL.')),
};

export type RedisTarget = TargetOf<'redis', typeof fields>;

/** The settings of the probe of MySQL and MariaDB. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { url } from '../../fields/fields';
import { isPublicKey } from '../../fields/pem';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import type { TargetOf } from '../target';

export const fields = {
  ...withFile(
    'url',
    url('mysql', 'mariadb')
      .optional()
      .describe(
        '`mysql://user:password@host:3306/database`; `mariadb://` means the same. TLS is spoken if `tls` is set.'
      )
  ),
  ...withFile('password', z.string().min(1).optional().describe('Password, if it is not in the URL.')),
  ...tlsFields,
  ...withFile(
    'server_public_key',
    z
      .string()
      .refine(isPublicKey, 'holds no public key in PEM form (-----BEGIN PUBLIC KEY-----)')
      .optional()
      .meta({ secret: false })
      .describe('Public key (PEM) of a MySQL without TLS: its `public_key.pem`, by which the password is encrypted.')
  ),
  new_connection_interval: duration()
    .prefault('10s')
    .describe('How often a new session is tried, which also reads the figures.'),
};

export type MysqlTarget = TargetOf<'mysql', typeof fields>;

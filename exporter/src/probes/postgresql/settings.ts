/** The settings of the probe of PostgreSQL. */
import { duration } from '../../fields/duration';
import { url } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import type { TargetOf } from '../target';

export const fields = {
  ...withFile(
    'url',
    url('postgresql', 'postgres')
      .optional()
      .describe('`postgresql://user:password@host:5432/database`, as libpq takes it.')
  ),
  new_connection_interval: duration()
    .prefault('5s')
    .describe('How often a new connection is opened, to see that one can be had and to read the details.'),
};

export type PostgresqlTarget = TargetOf<'postgresql', typeof fields>;

/** The settings of the probe of PostgreSQL. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { withFile } from '../../fields/secrets';
import { tlsFields } from '../../fields/tls';
import { toError } from '../../text/errors';
import type { TargetOf } from '../target';
import { resolveConnection } from './url/connection';
import { readUri } from './url/uri';

/** A libpq URI, which is not a standard URL: several hosts, and only known parameters. */
const uri = () =>
  z
    .string()
    .superRefine((value, context) => {
      const reason = problemOf(value);
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
    })
    .meta({ schemes: ['postgresql', 'postgres'] });

function problemOf(value: string): string | undefined {
  const read = readUri(value);
  if (read.problem !== undefined) return read.problem;
  try {
    resolveConnection(read.values);
    return undefined;
  } catch (error) {
    return toError(error).message;
  }
}

export const fields = {
  ...withFile(
    'url',
    uri()
      .optional()
      .describe(
        '`postgresql://user:password@host:5432/database`; hosts, sockets and parameters mean what they mean to `psql`, and ' +
          'what is not supported is rejected. The block `tls` stands for `sslmode=verify-full`, with `insecure` for `require`, and ' +
          'replaces the parameters (and variables such as `PGSSLMODE`) of certificates and versions.'
      )
  ),
  ...tlsFields,
  new_connection_interval: duration()
    .prefault('5s')
    .describe(
      'How often a new connection is tried, and how often the figures are read; behind a pooler, a connection is tried every minute.'
    ),
};

export type PostgresqlTarget = TargetOf<'postgresql', typeof fields>;

/** The settings of the probe of web services. */
import { z } from 'zod';
import { httpFields, httpOptions } from '../http-client/settings';
import type { TargetOf } from '../target';

export const fields = {
  ...httpFields('Health endpoint; without a path `/health` is asked for.'),
  expected_status: z
    .array(z.number().int().min(100).max(599))
    .default([])
    .describe('HTTP codes that mean up; default: 200 to 299.'),
  ...httpOptions,
};

export type HttpTarget = TargetOf<'http', typeof fields>;

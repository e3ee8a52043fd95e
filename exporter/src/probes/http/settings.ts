/** The settings of the probe of web services. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { headers } from '../../fields/fields';
import { compileRe2 } from '../../text/re2';
import { httpFields, httpOptions } from '../http-client/settings';
import type { TargetOf } from '../target';

const code = z.number().int().min(100).max(599);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A setting that is validated by a library, which is loaded on demand. */
const checked = (read: (text: string) => unknown, what: string) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      try {
        read(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : '';
        context.addIssue(`expected ${what}: ${reason}`);
      }
    });
const regularExpression = () =>
  checked(compileRe2, 'a regular expression as RE2 knows them (no look-around, no back references)');
const jsonPath = () =>
  checked(
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    (text) => (require('./json-path') as typeof import('./json-path')).compilePath(text),
    'a JSONPath such as $.status (RFC 9535) or a JSON Pointer such as /status (RFC 6901)'
  );

const jsonExpectation = z.strictObject({
  path: jsonPath().describe(
    'JSONPath (`$.checks[*].status`) or JSON Pointer (`/status`). Every value that it finds has to be right.'
  ),
  exists: z.boolean().optional().describe('`false`: there must be no such value.'),
  equals: scalar.optional().describe('The value, in its type.'),
  not_equals: scalar.optional().describe('What it must not be.'),
  above: z.number().optional().describe('A number that it must exceed.'),
  below: z.number().optional().describe('A number that it must be less than.'),
  matches: regularExpression().optional().describe('Regular expression (RE2) that must match somewhere in it.'),
});

const expectations = z.strictObject({
  status: z
    .array(
      z.union([
        code,
        z.string().regex(/^([1-5]xx|[1-5]\d\d(-[1-5]\d\d)?)$/i, 'expected a code such as 204, "2xx" or "200-299"'),
      ])
    )
    .min(1)
    .optional()
    .describe('HTTP status codes that count as up: `204`, `"2xx"`, `"200-299"`.'),
  header: headers.optional().describe('Text that each of these headers must contain, in any case.'),
  contains: z.array(z.string().min(1)).optional().describe('Texts that the body must contain.'),
  not_contains: z.array(z.string().min(1)).optional().describe('Texts that it must not contain.'),
  matches: regularExpression().optional().describe('Regular expression (RE2) that must match somewhere in the body.'),
  not_matches: regularExpression().optional().describe('One that must not.'),
  json: z.array(jsonExpectation).optional().describe('Values in a body of JSON.'),
});

export type Expectations = z.output<typeof expectations>;
export type JsonExpectation = z.output<typeof jsonExpectation>;

export const fields = {
  ...httpFields('Health endpoint; without a path `/health` is requested.'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET').describe('HTTP method.'),
  body: z
    .string()
    .optional()
    .meta({ secret: 'login' })
    .describe('Text to send; set its type with `headers: { Content-Type: … }`.'),
  expected_status: z.array(code).default([]).describe('Short for `expect: { status: … }`.'),
  expect: expectations
    .optional()
    .describe(
      'What the answer must be like. With an expectation about the body, only that is judged, not the status that the body reports.'
    ),
  ...httpOptions,
  tls_expiry_warning: duration().prefault('14d').describe('A certificate that expires sooner is a `warning`.'),
};

export type HttpTarget = TargetOf<'http', typeof fields>;

/** Settings common to all HTTP probes. */
import { z } from 'zod';
import { type Finding, headers, HEADER_VALUE, httpUrl } from '../../fields/fields';
import { withFile } from '../../fields/secrets';
import { checkTls, tlsFields, type WithTls } from '../../fields/tls';

/** @param description of the URL, in Markdown */
export const httpFields = (description: string) => withFile('url', httpUrl().optional().describe(description));

const token = z
  .string()
  .min(1)
  .regex(HEADER_VALUE, 'expected printable ASCII characters in one line; is it quoted, or was it copied from a text?');

export const httpOptions = {
  headers: headers
    .default({})
    .meta({ secret: 'headers' })
    .describe('Further request headers, e.g. `{ Host: backend.example }`.'),
  ...withFile('bearer_token', token.optional().describe('Token for the `Authorization` header.')),
  ...tlsFields,
  tls_insecure: z.boolean().default(false).describe('Shorthand for `tls: { insecure: true }`.'),
};

/** Connection headers are set by the client (RFC 9110 §7.6.1); the length follows from the body. */
const OWN_HEADERS =
  /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|expect|content-length|http2-settings)$/i;

/** Problems with the settings of an HTTP probe. */
export function checkHttp(component: WithTls & { url?: string; headers: Record<string, string> }): Finding[] {
  const { url = '' } = component;
  const findings = checkTls(component, ['https']);
  const fragment = url.indexOf('#');
  // a raw "#" in a password is reported separately: the URL has no host then
  if (fragment >= 0)
    findings.push({
      path: ['url'],
      message:
        'what follows "#" is never sent to a server; give the path that is to be asked for, and write a "#" in a password or path as %23',
    });
  for (const [name, value] of Object.entries(component.headers)) {
    if (OWN_HEADERS.test(name))
      findings.push({ path: ['headers', name], message: 'this header is set by the connection itself' });
    else if (/^host$/i.test(name) && value.trim() === '')
      findings.push({ path: ['headers', name], message: 'expected a host name, got an empty value' });
  }
  return findings;
}

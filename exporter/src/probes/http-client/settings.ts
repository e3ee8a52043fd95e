/** Settings of every probe that asks over HTTP. */
import { z } from 'zod';
import { headers, httpUrl, token } from '../../fields/fields';
import { withFile } from '../../fields/secrets';

/** @param description of the URL, in Markdown */
export const httpFields = (description: string) => withFile('url', httpUrl().optional().describe(description));

export const httpOptions = {
  headers: headers
    .default({})
    .meta({ secret: 'headers' })
    .describe('Further request headers, e.g. `{ Host: backend.example }`.'),
  ...withFile('bearer_token', token().optional().describe('Token for the `Authorization` header.')),
  tls_insecure: z.boolean().default(false).describe('Accept any TLS certificate.'),
};

/** The settings of the probe of TCP ports. */
import { z } from 'zod';
import { duration } from '../../fields/duration';
import { address, addressUrl } from '../../fields/fields';
import { tlsSchema } from '../../fields/tls';
import type { TargetOf } from '../target';

export const fields = {
  address: address.optional().describe('`host:port`; an IPv6 address in brackets: `[::1]:25`.'),
  url: addressUrl.optional().describe('The same, as other probes write it: `tcp://host:port`.'),
  send: z.string().optional().meta({ secret: 'login' }).describe('Text to send after the connect.'),
  expect: z.string().optional().describe('Text that the answer must contain.'),
  tls: z
    .union([z.boolean(), tlsSchema])
    .default(false)
    .describe('Speak TLS and watch the certificate: `true`, or how, see [TLS](#tls).'),
  tls_server_name: z.string().optional().describe('Shorthand for `tls: { server_name: … }`.'),
  tls_expiry_warning: duration().prefault('14d').describe('A certificate that expires sooner is a `warning`.'),
  tls_insecure: z.boolean().default(false).describe('Shorthand for `tls: { insecure: true }`.'),
};

export type TcpTarget = TargetOf<'tcp', typeof fields>;

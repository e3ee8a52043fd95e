/** Converts the block `tls` of a component to Node's TLS options, which every client library passes on. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  type ConnectionOptions,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { contextOptions, type TlsSettings } from '../../fields/tls';
import { toError } from '../../text/errors';

/** Shared contexts by their options: many components use the same authorities, and a bundle takes megabytes. */
const contexts = new Map<string, WeakRef<SecureContext>>();

/**
 * Options for `tls.connect`, `https.Agent`, undici's `buildConnector`, pg's `ssl`, ioredis' `tls` and amqplib's socket
 * options. To be called once per probe, not per connection.
 * @param host the host to connect to, with or without the brackets of an IPv6 address
 */
export function tlsOptions(
  settings: TlsSettings | undefined,
  host: string
): Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized' | 'servername' | 'checkServerIdentity'> {
  const name = settings?.server_name ?? host.replace(/^\[|\]$/g, '');
  return {
    ...(settings && { secureContext: contextFor(settings) }),
    rejectUnauthorized: settings?.insecure !== true,
    // an IP address cannot be a server name (RFC 6066); the certificate is still checked against it
    ...(isIP(name) === 0 && { servername: name }),
    // clients with their own socket or another host would check against that
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}

function contextFor(settings: TlsSettings): SecureContext {
  const options = contextOptions(settings);
  const made = createHash('sha256').update(JSON.stringify(options)).digest('base64');
  const known = contexts.get(made)?.deref();
  if (known) return known;
  const context = createSecureContext(options);
  contexts.set(made, new WeakRef(context));
  return context;
}

/** Why the certificate of a connection that was made with `rejectUnauthorized: false`, and is not `authorized`, is not trusted. */
export function untrustedCertificate({ authorizationError }: TLSSocket): Error {
  const reason: unknown = authorizationError;
  // Node gives the code where its types promise an error
  if (typeof reason !== 'string') return toError(reason ?? 'its TLS certificate is not trusted');
  return Object.assign(new Error(reason), { code: reason });
}

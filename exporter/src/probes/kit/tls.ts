/** The block `tls` of a component → the options of Node's TLS, which every client library hands through. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  type ConnectionOptions,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { TLS_VERSIONS, type TlsSettings } from '../../fields/tls';
import { toError } from '../../text/errors';

/** Contexts in use, by what they were made of: many components share their authority, and a bundle of them takes megabytes. */
const contexts = new Map<string, WeakRef<SecureContext>>();

/**
 * Options for `tls.connect`, `https.Agent`, undici's `buildConnector`, pg's `ssl`, ioredis' `tls` and amqplib's socket options.
 * To be called once for each probe, not for each connection.
 * @param host what is connected to, with or without the brackets of an IPv6 address
 */
export function tlsOptions(
  settings: TlsSettings | undefined,
  host: string
): Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized' | 'servername' | 'checkServerIdentity'> {
  const name = settings?.server_name ?? host.replace(/^\[|\]$/g, '');
  return {
    ...(settings && { secureContext: contextFor(settings) }),
    rejectUnauthorized: settings?.insecure !== true,
    // an IP address is no server name (RFC 6066); the certificate is checked against it all the same
    ...(isIP(name) === 0 && { servername: name }),
    // clients that bring a socket of their own, or another host, would have it checked against that
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}

function contextFor({ ca, cert, key, min_version }: TlsSettings): SecureContext {
  const made = createHash('sha256')
    .update(JSON.stringify([ca, cert, key, min_version]))
    .digest('base64');
  const known = contexts.get(made)?.deref();
  if (known) return known;
  const isOld = min_version === 'TLS10' || min_version === 'TLS11';
  const context = createSecureContext({
    ...{ ca, cert, key, minVersion: TLS_VERSIONS[min_version] },
    // OpenSSL 3 allows neither version at its usual level: their signatures need SHA-1
    ...(isOld && { ciphers: 'DEFAULT@SECLEVEL=0' }),
  });
  contexts.set(made, new WeakRef(context));
  return context;
}

/** Why the certificate of a connection that was made with `rejectUnauthorized: false`, and is not `authorized`, is not trusted. */
export function mistrust({ authorizationError }: TLSSocket): Error {
  const reason: unknown = authorizationError;
  // Node gives the code where its types promise an error
  if (typeof reason !== 'string') return toError(reason ?? 'its TLS certificate is not trusted');
  return Object.assign(new Error(reason), { code: reason });
}

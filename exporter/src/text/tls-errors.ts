/** The meaning of OpenSSL's error codes, as named by Node: `ERR_SSL_…`. */

const NO_TLS = 'no TLS on this port, or no version that both sides support';

const WANTS_CERTIFICATE =
  'its server requires a client certificate; set tls.cert_file and tls.key_file to one that it trusts';
const REFUSED_CERTIFICATE =
  'its server does not accept our client certificate; set tls.cert_file and tls.key_file to one that it trusts';
const OTHER_VERSION = 'its server speaks another version of TLS; set tls.min_version, or update it';

/** Alerts (RFC 8446 §6), sent by a peer that speaks TLS but rejects the handshake. */
const ALERTS = new Map([
  ['CERTIFICATE_REQUIRED', WANTS_CERTIFICATE],
  ['NO_CERTIFICATE', WANTS_CERTIFICATE],
  // Go and GnuTLS also send this for a missing certificate
  ['BAD_CERTIFICATE', REFUSED_CERTIFICATE],
  ['UNSUPPORTED_CERTIFICATE', REFUSED_CERTIFICATE],
  ['CERTIFICATE_REVOKED', REFUSED_CERTIFICATE],
  ['CERTIFICATE_EXPIRED', 'its server says that our client certificate has expired; renew tls.cert_file'],
  ['CERTIFICATE_UNKNOWN', REFUSED_CERTIFICATE],
  ['UNKNOWN_CA', REFUSED_CERTIFICATE],
  ['ACCESS_DENIED', REFUSED_CERTIFICATE],
  [
    'HANDSHAKE_FAILURE',
    'its server rejected the TLS handshake; it may require a client certificate (tls.cert_file, tls.key_file), or other ciphers',
  ],
  ['INSUFFICIENT_SECURITY', 'its server requires stronger TLS ciphers than both sides support'],
  ['PROTOCOL_VERSION', OTHER_VERSION],
  ['UNRECOGNIZED_NAME', 'its server does not know this host name; set tls.server_name'],
  ['NO_APPLICATION_PROTOCOL', 'its server speaks TLS, but none of the protocols that we speak over it'],
]);

/** OpenSSL 3.4 names some of them `SSL/TLS` instead of `SSLV3`. */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_(?:ALERT_)?(\w+)$/;

/** A sentence for an OpenSSL code; `undefined` for other codes. */
export function tlsAdvice(code: string): string | undefined {
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return undefined;
  const alert = ALERT.exec(code)?.[1];
  if (alert !== undefined)
    return (
      ALERTS.get(alert) ??
      `its server ended the TLS handshake with the alert "${alert.toLowerCase().replace(/_/g, ' ')}"`
    );
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL') return OTHER_VERSION;
  // OpenSSL has hundreds of codes for data that is not a TLS record
  return NO_TLS;
}

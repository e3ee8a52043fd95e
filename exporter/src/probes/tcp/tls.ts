/** TLS on a TCP port: the handshake, the server's response to it, and the certificate. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tlsOf } from '../../fields/tls';
import { startDeadline } from '../../runtime/deadline';
import { describeError } from '../../text/errors';
import { connectTls } from '../kit/inbound/handshake';
import { untrustedCertificate, tlsOptions } from '../kit/tls';
import type { ProbeResult } from '../probe';
import type { TcpTarget } from './settings';

const EXPIRY = 'component_tcp_certificate_expiry_timestamp_seconds';
const DAY_MS = 86_400_000;
/** A server that responds to the handshake does so within this multiple of its duration. */
const HANDSHAKES = 3;
const MIN_WAIT_MS = 50;

/** Returns a function that starts the handshake on a connection; settings are processed once. */
export function createTlsUpgrade(target: TcpTarget, host: string): (socket: Socket) => TLSSocket {
  const options = tlsOptions(tlsOf(target), host);
  return (socket) => {
    // An expired certificate is reported with its date. Trust is checked below.
    const secure = connectTls({ ...options, socket, rejectUnauthorized: false });
    // never removed: a late error is irrelevant and must not end the process
    return secure.on('error', () => undefined);
  };
}

/**
 * Waits until the server has accepted the handshake too. In TLS 1.3 the client finishes first: a server that requires a
 * client certificate sends an alert afterwards, others usually send session tickets. Many send nothing, so silence is
 * not a rejection.
 */
export function handshakeAccepted(socket: TLSSocket, handshakeMs: number): Promise<void> {
  if (socket.getProtocol() !== 'TLSv1.3') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const clear = startDeadline(Math.max(MIN_WAIT_MS, HANDSHAKES * handshakeMs), resolve);
    const settle = (done: () => void) => () => {
      clear();
      done();
    };
    socket.once('session', settle(resolve)).once('data', settle(resolve));
    socket.once('error', (error: Error) => settle(() => reject(error))());
    const closed = new Error(
      'connection closed by the server right after the TLS handshake; does it require a client certificate (tls.cert_file, tls.key_file)?'
    );
    socket.once(
      'close',
      settle(() => reject(closed))
    );
  });
}

/** The status from the certificate: unhealthy if it is not trusted, including expired; a warning before it expires. */
export function examine(socket: TLSSocket, target: TcpTarget): ProbeResult {
  const validTo = Date.parse(socket.getPeerX509Certificate()?.validTo ?? '');
  const days = Math.floor((validTo - Date.now()) / DAY_MS);
  const found: ProbeResult = Number.isNaN(validTo)
    ? { status: 'healthy' } // a cipher without certificates
    : {
        status: 'healthy',
        details: { certificate_expiry: new Date(validTo).toISOString().slice(0, 10), certificate_days: days },
        gauges: [{ name: EXPIRY, value: validTo / 1000 }],
      };
  if (!socket.authorized && tlsOf(target)?.insecure !== true) {
    const reason = describeError(untrustedCertificate(socket));
    return { ...found, status: 'unhealthy', error: reason, reason: 'tls' };
  }
  if (validTo - Date.now() < target.tls_expiry_warning) {
    const when = days < 0 ? 'has expired' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
    return { ...found, status: 'warning', message: `its TLS certificate ${when}` };
  }
  return found;
}

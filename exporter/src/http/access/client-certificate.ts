/** Go's policies for client certificates that Node does not implement. */
import { SocketAddress } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { WebTls } from '../../config/web/tls';

/** Whether a client is allowed after the handshake. */
export function clientIsAllowed(socket: TLSSocket, { clientAuth, allowedSans }: WebTls): boolean {
  const certificate = socket.getPeerX509Certificate();
  switch (clientAuth) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'VerifyClientCertIfGiven':
      return certificate === undefined || socket.authorized;
    case 'RequireAnyClientCert':
      if (certificate === undefined) return false;
      break;
    case 'RequireAndVerifyClientCert':
      if (certificate === undefined || !socket.authorized) return false;
  }
  return allowedSans === undefined || namesOf(certificate.subjectAltName).some((name) => allowedSans.includes(name));
}

/**
 * The names in Node's text form of alternative names: `DNS:a.example, IP Address:10.0.0.1, URI:spiffe://a/b`. A name
 * with a comma or a quote is quoted as in JSON, so that one name cannot be read as two.
 */
export function namesOf(subjectAltName: string | undefined): string[] {
  const names = (subjectAltName ?? '').matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy);
  return [...names].flatMap(([, type = '', text = '']) => {
    const name = text.startsWith('"') ? (JSON.parse(text) as string) : text;
    if (type === 'IP Address') return [canonicalAddress(name)];
    return ['DNS', 'URI', 'email'].includes(type) ? [name] : [];
  });
}

/** `0:0:0:0:0:0:0:1` → `::1`. */
function canonicalAddress(address: string): string {
  return address.includes(':') ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

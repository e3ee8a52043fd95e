/** A TCP port: a new connection each time, optionally a question and an expected answer, optionally TLS and its certificate. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TcpTarget } from './settings';
import { createMask } from '../../text/mask';
import { describeError, IS_IT_UP, toError } from '../../text/errors';
import { abortable } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';

const EXPIRY = 'component_tcp_certificate_expiry_timestamp_seconds';

/** An answer that does not hold what is expected by then is not going to. */
const MAX_ANSWER_BYTES = 65_536;
const DAY_MS = 86_400_000;

export function create(target: TcpTarget, { secrets }: ProbeContext): Probe {
  const { address, send, expect, tls } = target;
  const place = parseAddress(address);
  const mask = createMask(secrets);
  let current: Socket | undefined;
  let closed = false;

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    if (closed) return { status: 'unhealthy', error: `${address}: closed` };
    const begun = performance.now();
    const socket = tls ? dialTls(target, place) : connectTcp({ ...place, noDelay: true });
    current = socket;
    // it stays: an error after the last word is of no interest, and must not end the process
    socket.on('error', () => undefined);
    try {
      await abortable(settled(socket, tls ? 'secureConnect' : 'connect'), signal);
      let responseTimeMs = performance.now() - begun;
      const certificate = tls ? examine(socket as TLSSocket, target) : undefined;
      // whom it does not trust it tells nothing
      if (certificate?.status === 'unhealthy') return certificate;
      if (send !== undefined) socket.write(send);
      if (expect !== undefined) {
        await abortable(answer(socket, expect, mask), signal);
        responseTimeMs = performance.now() - begun;
      }
      return { message: describe(target), responseTimeMs, ...(certificate ?? { status: 'healthy' }) };
    } catch (error) {
      const reason = signal.aborted ? timeoutSentence(socket, target) : describeError(error);
      return { status: 'unhealthy', error: `${address}: ${reason}` };
    } finally {
      socket.destroy();
      current = undefined;
    }
  }

  return {
    run,
    close() {
      closed = true;
      current?.destroy(new Error('closed'));
      return Promise.resolve();
    },
  };
}

/** `host:port`, or `[::1]:port`; the configuration has validated it. */
function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

function dialTls(target: TcpTarget, place: { host: string; port: number }): TLSSocket {
  const name = target.tls_server_name ?? place.host;
  return connectTls({
    ...place,
    // an IP address is no server name (RFC 6066); the certificate is checked against the host then
    ...(isIP(name) ? {} : { servername: name }),
    // An expired certificate is to be told by its date. Whether it is trusted is looked at below.
    rejectUnauthorized: false,
  });
}

function settled(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve).once('error', reject);
    socket.once('close', () => reject(new Error('connection closed before it was established')));
  });
}

/** Reads until what came holds `expected`. */
function answer(socket: Socket, expected: string, mask: (text: string) => string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (data: Buffer | string) => {
      text += data.toString();
      if (text.includes(expected)) resolve();
      else if (text.length > MAX_ANSWER_BYTES) reject(unexpected(mask(text), expected));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(unexpected(mask(text), expected)));
  });
}

function unexpected(text: string, expected: string): Error {
  const got = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 80));
  return new Error(`expected an answer with ${JSON.stringify(expected)}, got ${got}`);
}

function describe({ expect, tls }: TcpTarget): string {
  if (expect !== undefined) return 'answers as expected';
  return tls ? 'TLS handshake succeeds' : 'accepts connections';
}

function timeoutSentence(socket: Socket, { timeout, expect, tls }: TcpTarget): string {
  if (socket.connecting) return `no connection within ${timeout} ms; ${IS_IT_UP}`;
  const what = expect !== undefined && !(tls && isHandshaking(socket)) ? 'no expected answer' : 'no TLS handshake';
  return `it accepts connections, but ${what} within ${timeout} ms`;
}

function isHandshaking(socket: Socket): boolean {
  return (socket as TLSSocket).getProtocol() === null;
}

/** What the certificate says: unhealthy when it is not trusted, which an expired one is not; a warning before it expires. */
function examine(socket: TLSSocket, target: TcpTarget): ProbeResult {
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  const days = Math.floor((validTo - Date.now()) / DAY_MS);
  const found: ProbeResult = Number.isNaN(validTo)
    ? { status: 'healthy' } // a cipher without certificates
    : {
        status: 'healthy',
        details: { certificate_expiry: new Date(validTo).toISOString().slice(0, 10), certificate_days: days },
        gauges: [{ name: EXPIRY, value: validTo / 1000 }],
      };
  if (!socket.authorized && !target.tls_insecure) {
    const reason = describeError(trustError(socket.authorizationError));
    return { ...found, status: 'unhealthy', error: `${target.address}: ${reason}` };
  }
  if (validTo - Date.now() < target.tls_expiry_warning) {
    const when = days < 0 ? 'has expired' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
    return { ...found, status: 'warning', message: `its TLS certificate ${when}` };
  }
  return found;
}

/** Node gives the code where its types promise an error. */
function trustError(reason: unknown): Error {
  if (typeof reason !== 'string') return toError(reason ?? 'its TLS certificate is not trusted');
  return Object.assign(new Error(reason), { code: reason });
}

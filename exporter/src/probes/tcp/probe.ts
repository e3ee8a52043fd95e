/** A TCP port: a new connection each time, optionally a question and an expected answer, optionally TLS and its certificate. */
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TcpTarget } from './settings';
import { createMask } from '../../text/mask';
import { describeError, IS_IT_UP, NoAnswer } from '../../text/errors';
import { reasonOf, withReason } from '../../text/failure-reason';
import { abortable } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { createTlsDialer, examine, isHandshaking, lastWord } from './tls';

/** An answer that does not hold what is expected by then is not going to. */
const MAX_ANSWER_BYTES = 65_536;

export function create(target: TcpTarget, { secrets }: ProbeContext): Probe {
  const { address, send, expect } = target;
  const tls = target.tls !== false;
  const place = parseAddress(address);
  const dial = tls ? createTlsDialer(target, place) : () => connect({ ...place, noDelay: true });
  const mask = createMask(secrets);
  let current: Socket | undefined;
  let closed = false;

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    if (closed) return { status: 'unhealthy', error: `${address}: closed` };
    const begun = performance.now();
    const socket: Socket = dial();
    current = socket;
    // it stays: an error after the last word is of no interest, and must not end the process
    socket.on('error', () => undefined);
    try {
      await abortable(settled(socket, tls ? 'secureConnect' : 'connect'), signal);
      let responseTimeMs = performance.now() - begun;
      const certificate = tls ? examine(socket as TLSSocket, target) : undefined;
      // whom it does not trust it tells nothing
      if (certificate?.status === 'unhealthy') return certificate;
      if (tls && expect === undefined) await abortable(lastWord(socket as TLSSocket, responseTimeMs), signal);
      if (send !== undefined) socket.write(send);
      if (expect !== undefined) {
        await abortable(answer(socket, expect, mask), signal);
        responseTimeMs = performance.now() - begun;
      }
      return { message: describe(target), responseTimeMs, ...(certificate ?? { status: 'healthy' }) };
    } catch (error) {
      const reason = signal.aborted ? timeoutSentence(socket, target) : describeError(error);
      return {
        status: 'unhealthy',
        error: `${address}: ${reason}`,
        reason: reasonOf(signal.aborted ? new NoAnswer() : error),
      };
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

function settled(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve).once('error', reject);
    socket.once('close', () => reject(withReason(new Error('connection closed before it was established'), 'closed')));
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
  const error = new Error(`expected an answer with ${JSON.stringify(expected)}, got ${got}`);
  return withReason(error, text === '' ? 'closed' : 'protocol');
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

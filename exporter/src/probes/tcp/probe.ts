/**
 * A TCP port: a new connection each time, optionally a request and an expected response, optionally TLS and its
 * certificate.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  CLOSED_UNANSWERED,
  describeError,
  IS_IT_UP,
  NO_CONNECTION,
  NO_TLS_HANDSHAKE,
  NoAnswer,
  noAnswer,
} from '../../text/errors';
import { reasonOf, withReason } from '../../text/failure-reason';
import { createMask } from '../../text/mask';
import { BoundedBody } from '../http-client/bounded-body';
import { dial, type Dialing, type Place } from '../kit/connect';
import { gateTraffic } from '../kit/inbound/gate';
import { abortable } from '../kit/kept-connection';
import { HOST_NOT_PRIVILEGED, readGreeting } from '../kit/sql/mysql-wire';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { createFarewell } from './farewell';
import type { TcpTarget } from './settings';
import { createTlsUpgrade, examine, handshakeAccepted } from './tls';

/** A response without the expected text up to this size does not match. */
const MAX_ANSWER_BYTES = 65_536;

/** State of a run, for the message on a timeout. */
interface Progress {
  dialing: Dialing;
  socket?: Socket;
  /** Whether a handshake is in progress. */
  isHandshaking?: boolean;
}

export function create(target: TcpTarget, { secrets }: ProbeContext): Probe {
  const { send, expect } = target;
  const place = parseAddress(target.address ?? target.url);
  const upgrade = target.tls === false ? undefined : createTlsUpgrade(target, place.host);
  const mask = createMask(secrets);
  const farewell = createFarewell();
  let current: Progress | undefined;
  let closed = false;

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    if (closed) return { status: 'unhealthy', error: 'closed' };
    const progress: Progress = { dialing: dial(place) };
    current = progress;
    try {
      return upgrade ? await runSecure(progress, signal) : await runPlain(progress, signal);
    } catch (error) {
      const reason = signal.aborted ? timeoutSentence(progress, target) : describeError(error);
      const why = reasonOf(signal.aborted ? new NoAnswer() : error);
      return { status: 'unhealthy', error: reason, reason: why };
    } finally {
      // closes connections that are not properly closed by now
      progress.dialing.cancel(new Error('over'));
      progress.socket?.destroy();
      current = undefined;
    }
  }

  async function runPlain(progress: Progress, signal: AbortSignal): Promise<ProbeResult> {
    const { socket, begunAt, connectedAt } = await abortable(progress.dialing.connected, signal);
    progress.socket = socket;
    gateTraffic(socket);
    const part = (first?: Buffer) => {
      progress.socket = undefined;
      if (send === undefined) farewell.leave(socket, first);
      else socket.destroy();
    };
    if (send !== undefined) socket.write(send);
    if (expect !== undefined) {
      const { at, data } = await abortable(answer(socket, expect, mask), signal);
      part(data);
      return { status: 'healthy', message: 'answers as expected', responseTimeMs: at - begunAt };
    }
    if (!farewell.greets || send !== undefined) {
      part();
      return { status: 'healthy', message: 'accepts connections', responseTimeMs: connectedAt - begunAt };
    }
    const { at, data } = await abortable(firstWord(socket), signal);
    part(data);
    return { ...judgeGreeting(data), responseTimeMs: at - begunAt };
  }

  async function runSecure(progress: Progress, signal: AbortSignal): Promise<ProbeResult> {
    const { socket: plain, begunAt } = await abortable(progress.dialing.connected, signal);
    progress.socket = plain;
    const socket = upgrade!(plain);
    progress.socket = socket;
    gateTraffic(socket);
    progress.isHandshaking = true;
    let at = await abortable(secured(socket), signal);
    progress.isHandshaking = false;
    const certificate = examine(socket, target);
    // nothing is sent to an untrusted server
    if (certificate.status === 'unhealthy') return certificate;
    if (expect === undefined) await abortable(handshakeAccepted(socket, at - begunAt), signal);
    if (send !== undefined) socket.write(send);
    if (expect !== undefined) ({ at } = await abortable(answer(socket, expect, mask), signal));
    const message = expect === undefined ? 'TLS handshake succeeds' : 'answers as expected';
    return { message, responseTimeMs: at - begunAt, ...certificate };
  }

  return {
    run,
    close() {
      closed = true;
      current?.dialing.cancel(new Error('closed'));
      current?.socket?.destroy(new Error('closed'));
      farewell.close();
      return Promise.resolve();
    },
  };
}

/** `host:port`, or `[::1]:port`; the configuration has validated it. */
function parseAddress(address: string): Place {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

/** When the handshake was completed; on the clock of `performance.now()`. */
function secured(socket: TLSSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(performance.now())).once('error', reject);
    socket.once('close', () => reject(new Error(CLOSED_DURING_HANDSHAKE)));
  });
}

const CLOSED_DURING_HANDSHAKE =
  'connection closed by the server during the TLS handshake; does it speak TLS on this port?';

interface Word {
  /** When it was complete; on the clock of `performance.now()`. */
  at: number;
  data: Buffer;
}

/** Reads until the data contains `expected`. */
function answer(socket: Socket, expected: string, mask: (text: string) => string): Promise<Word> {
  const wanted = Buffer.from(expected);
  return new Promise((resolve, reject) => {
    const body = new BoundedBody(MAX_ANSWER_BYTES);
    let end: Buffer = Buffer.alloc(0);
    const wrong = () => unexpected(mask(body.take().toString()), expected);
    socket.on('data', (chunk: Buffer) => {
      // what was looked through is not looked through again, whatever the size of the pieces
      const unseen = Buffer.concat([end, chunk]);
      end = unseen.subarray(Math.max(0, unseen.length - wanted.length + 1));
      const isShort = body.add(chunk);
      if (unseen.includes(wanted)) resolve({ at: performance.now(), data: body.take() });
      else if (!isShort) reject(wrong());
    });
    socket.once('error', reject);
    socket.once('close', () => reject(wrong()));
  });
}

function unexpected(text: string, expected: string): Error {
  const got = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 80));
  const error = new Error(`expected an answer with ${JSON.stringify(expected)}, got ${got}`);
  return withReason(error, text === '' ? 'closed' : 'protocol');
}

function firstWord(socket: Socket): Promise<Word> {
  return new Promise((resolve, reject) => {
    socket.once('data', (data: Buffer) => resolve({ at: performance.now(), data }));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(CLOSED_UNANSWERED)));
  });
}

/** The greeting of a database, or its error, says more than an open port. */
function judgeGreeting(data: Buffer): ProbeResult {
  const greeting = readGreeting(data);
  if (greeting === undefined) return { status: 'healthy', message: 'accepts connections' };
  if (!('refusal' in greeting)) return { status: 'healthy', message: `greets as MySQL does: ${greeting.version}` };
  const said = describeError(new Error(greeting.refusal));
  if (greeting.code === HOST_NOT_PRIVILEGED) return { status: 'healthy', message: `says: ${said}` };
  return { status: 'unhealthy', error: `it accepts connections, but reports: ${said}` };
}

function timeoutSentence({ dialing, socket, isHandshaking }: Progress, { timeout, expect }: TcpTarget): string {
  if (!dialing.resolved) return `${noAnswer(timeout, 'host name not resolved')}; check the name and the DNS`;
  if (!socket) return `${noAnswer(timeout, NO_CONNECTION)}; ${IS_IT_UP}`;
  if (isHandshaking) return noAnswer(timeout, NO_TLS_HANDSHAKE);
  return noAnswer(
    timeout,
    `connected, ${expect === undefined ? 'no greeting, unlike before' : 'expected reply missing'}`
  );
}

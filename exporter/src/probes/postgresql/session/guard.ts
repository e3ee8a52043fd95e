/** Lets nothing through to pg that its parser would not survive, and not more than a probe may ask for. */
import type { Socket } from 'node:net';
import { gate } from '../../kit/inbound/gate';
import type { Inspector } from '../../kit/inbound/inspector';
import { LIMITS, TooMuch } from '../../kit/inbound/limits';

/**
 * Authentication, error, notice (or "no TLS"), parameter (or "TLS"), key, ready, negotiation: all messages before the
 * end of the login.
 */
const GREETING_CODES = Buffer.from('RENSKZv');
/** All messages of a server. */
const CODES = Buffer.from('RKSZENTDCIn123AtsGHWdcvV');
const [AUTHENTICATION, ERROR, NOTICE, READY, DESCRIPTION] = ['R', 'E', 'N', 'Z', 'T'].map((letter) =>
  letter.charCodeAt(0)
);
/** What a password is asked for by; the other ways of logging in are not known to pg. */
const LOGINS = new Set([0, 3, 5, 10, 11, 12]);
/** Code and length. */
const HEAD_BYTES = 5;
const NUL = Buffer.from([0, 0]);

export const NOT_POSTGRESQL = 'it answers, but not as PostgreSQL does; is the port right?';
const OTHER_LOGIN =
  'it asks for a way to log in that is not supported here, such as Kerberos; give the user a password';

export interface Guard {
  /** To be called after the login: from then on all messages are allowed. */
  greeted(): void;
  /** Whether the first byte was invalid for PostgreSQL; `undefined` before it. */
  readonly foreign: boolean | undefined;
}

/**
 * pg parses in a `data` listener: an exception of its parser would end the process, and an error message without its
 * two final zero bytes causes an infinite loop. So each message is validated first, and an invalid one ends only the
 * connection.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function guard(stream: Socket): Guard {
  const inspector = createMessageInspector();
  gate(stream, inspector.inspect, NOT_POSTGRESQL);
  return inspector;
}

/** @public for the tests */
export function createMessageInspector(): Guard & { inspect: Inspector } {
  let greeted = false;
  let foreign: boolean | undefined;
  /** What has come of the message that is not complete. */
  let parts: Buffer[] = [];
  let kept = 0;
  /** Of the answer that goes on, which ends when the server is ready for the next question; the greeting is one. */
  let bytes = 0;
  let messages = 0;

  function whole(): Buffer {
    const [first] = parts;
    if (parts.length > 1 || first === undefined) parts = [Buffer.concat(parts)];
    return parts[0] as Buffer;
  }

  /** @returns where the rest of the packet begins */
  function fill(packet: Buffer, from: number, wanted: number): number {
    const to = Math.min(packet.length, from + wanted - kept);
    if (to > from) parts.push(packet.subarray(from, to));
    kept += Math.max(0, to - from);
    return to;
  }

  /** @returns how long the message is */
  function checkHead(head: Buffer): number {
    const [code, end] = [head[0] ?? 0, 1 + head.readUInt32BE(1)];
    if (!(greeted ? CODES : GREETING_CODES).includes(code)) throw new Error(NOT_POSTGRESQL);
    if (end < HEAD_BYTES || (!greeted && end > LIMITS.messageBytes)) throw new Error(NOT_POSTGRESQL);
    if (end > LIMITS.messageBytes) throw new TooMuch(`announces a message of ${end} bytes`);
    return end;
  }

  function checkMessage(message: Buffer): void {
    const code = message[0];
    const body = message.subarray(HEAD_BYTES);
    bytes += message.length;
    messages += 1;
    if (bytes > LIMITS.rowsBytes) throw new TooMuch(`sends an answer of ${bytes} bytes or more`);
    if (messages > LIMITS.messages) throw new TooMuch(`sends an answer of ${messages} messages or more`);
    const hasFields = code === ERROR || code === NOTICE;
    if (hasFields && !body.equals(NUL.subarray(1)) && !body.subarray(-2).equals(NUL)) throw new Error(NOT_POSTGRESQL);
    if (code === AUTHENTICATION && body.length >= 4 && !LOGINS.has(body.readUInt32BE(0))) throw new Error(OTHER_LOGIN);
    // a row has a value for each column, and the values are checked by the length of the message
    if (code === DESCRIPTION && body.length >= 2 && body.readUInt16BE(0) > LIMITS.messages)
      throw new TooMuch(`answers with ${body.readUInt16BE(0)} columns`);
    if (code !== READY) return;
    bytes = 0;
    messages = 0;
  }

  function inspect(packet: Buffer): number {
    let seen = 0;
    if (packet.length > 0) foreign ??= !GREETING_CODES.includes(packet[0] as number);
    for (let at = 0; at < packet.length;) {
      if (kept < HEAD_BYTES) at = fill(packet, at, HEAD_BYTES);
      // what can be told by its first byte need not be waited for
      if (!greeted && !GREETING_CODES.includes(parts[0]?.[0] ?? 0)) throw new Error(NOT_POSTGRESQL);
      if (kept < HEAD_BYTES) break;
      const end = checkHead(parts[0]!.length >= HEAD_BYTES ? parts[0]! : whole());
      at = fill(packet, at, end);
      if (kept < end) break;
      checkMessage(whole());
      parts = [];
      kept = 0;
      seen += 1;
    }
    return seen;
  }

  return {
    inspect,
    greeted: () => void (greeted = true),
    get foreign() {
      return foreign;
    },
  };
}

/** Lets nothing through to pg that its parser would not survive. */
import type { Socket } from 'node:net';
import { inspectData } from '../../kit/inspect-data';

/** Authentication, error, notice (or "no TLS"), parameter (or "TLS"), key, ready, negotiation: all that comes before the login is done. */
const GREETING_CODES = Buffer.from('RENSKZv');
/** What a password is asked for by; the other ways of logging in are not known to pg. */
const AUTHENTICATION = new Set([0, 3, 5, 10, 11, 12]);
/** A greeting has some hundred bytes, and what the probe asks for no more. */
const MAX_BYTES = 100_000;
const NUL = Buffer.from([0, 0]);

export const NOT_POSTGRESQL = 'it answers, but not as PostgreSQL does; is the port right?';
const OTHER_LOGIN =
  'it asks for a way to log in that is not supported here, such as Kerberos; give the user a password';

export interface Guard {
  /** To be called when the login is done: from then on all messages may come. */
  greeted(): void;
  /** Whether it began with a byte with which PostgreSQL never does; `undefined` while it is silent. */
  readonly foreign: boolean | undefined;
}

/**
 * pg parses in a `data` listener: what it cannot parse is thrown there and would end the process, and an error message without
 * its two final zero bytes has it loop for ever. So each message is looked at first, and what is thrown ends the
 * connection only.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function guard(stream: Socket): Guard {
  let greeted = false;
  let foreign: boolean | undefined;
  let seen = 0;
  let rest: Buffer = Buffer.alloc(0);
  inspectData(stream, inspect, ({ message }) => new Error(message === OTHER_LOGIN ? message : NOT_POSTGRESQL));

  /** Throws unless pg can be given `data`; looks at each message that is complete with it. */
  function inspect(data: Buffer): void {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    foreign ??= !GREETING_CODES.includes(rest[0] ?? 0);
    seen += data.length;
    if (!greeted && seen > MAX_BYTES) throw new Error('greeting too long');
    while (rest.length >= 5) {
      const [code, end] = [rest[0] ?? 0, 1 + rest.readUInt32BE(1)];
      if (!greeted && !GREETING_CODES.includes(code)) throw new Error('unexpected message');
      if (end < 5 || end > MAX_BYTES) throw new Error(`message of ${end} bytes`);
      if (rest.length < end) return;
      const body = rest.subarray(5, end);
      const hasFields = code === 0x45 || code === 0x4e; // E, N
      if (hasFields && !body.equals(NUL.subarray(1)) && !body.subarray(-2).equals(NUL)) throw new Error('cut message');
      if (code === 0x52 && body.length >= 4 && !AUTHENTICATION.has(body.readUInt32BE(0))) throw new Error(OTHER_LOGIN);
      rest = rest.subarray(end);
    }
  }

  return {
    greeted: () => void (greeted = true),
    get foreign() {
      return foreign;
    },
  };
}

/** Filters data that pg's parser cannot handle. */
import type { Socket } from 'node:net';
import { toError } from '../../../text/errors';

/**
 * Authentication, error, notice (or "no TLS"), parameter (or "TLS"), key, ready, negotiation: all messages before the
 * end of the login.
 */
const GREETING_CODES = Buffer.from('RENSKZv');
/** Authentication methods that pg supports. */
const AUTHENTICATION = new Set([0, 3, 5, 10, 11, 12]);
/** A greeting has some hundred bytes, and responses to the probe are not larger. */
const MAX_BYTES = 100_000;
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
  let greeted = false;
  let foreign: boolean | undefined;
  let seen = 0;
  let rest: Buffer = Buffer.alloc(0);
  // On the instance instead of in a subclass, because TLS creates sockets of its own class.
  const emit = stream.emit.bind(stream) as (event: string | symbol, ...args: unknown[]) => boolean;

  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      if (event === 'data') inspect(args[0] as Buffer);
      return emit(event, ...args);
    } catch (error) {
      const { message } = toError(error);
      stream.destroy(event === 'data' ? new Error(message === OTHER_LOGIN ? message : NOT_POSTGRESQL) : toError(error));
      return false;
    }
  };

  /** Throws unless `data` is safe for pg; checks each message that is completed by it. */
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

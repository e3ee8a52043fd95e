/** Changes bytes in what a server says: as a broken server would, and as one that knows where readers are weak. */
import type { Socket } from 'node:net';
import type { Attack } from './twin';

/** From 0 to below 1; the same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Half of the answers, so that a conversation comes to its later steps, too. */
const CHANGED = 0.5;
const MOST_CHANGES = 3;
/** Lengths, numbers and beginnings to which readers are sensitive. */
const TOKENS = [
  ...[
    '*33000000\r\n',
    '$536870912\r\n',
    '$-1\r\n',
    '*-1\r\n',
    '+',
    '-ERR ',
    '\r\n',
    '\n',
    '\0',
    '99999999999',
    '-1',
    '1e999',
  ],
  ...[
    '{"a":',
    '[',
    ']',
    '"',
    '\\u0000',
    '<a>',
    '<!--',
    '&x;',
    '=',
    'HTTP/1.1 200 OK\r\n\r\n',
    'Content-Length: 9999999\r\n',
  ],
  ...[
    '\u001b[31m',
    '\u202e',
    '__proto__',
    '\xff\xff\xff\xff',
    '\x7f\xff\xff\xff',
    '\x00\x00\x00\x00',
    '\x80\x00\x00\x00',
    '\xce',
  ],
].map((text) => Buffer.from(text, 'latin1'));

function mutate(data: Buffer, random: () => number): Buffer {
  let changed: Buffer = Buffer.from(data);
  const upTo = (limit: number) => Math.floor(random() * limit);
  for (let left = 1 + upTo(MOST_CHANGES); left > 0; left--) {
    const at = upTo(changed.length + 1);
    const to = Math.min(changed.length, at + 1 + upTo(16));
    const token = TOKENS[upTo(TOKENS.length)] as Buffer;
    const [head, middle, tail] = [changed.subarray(0, at), changed.subarray(at, to), changed.subarray(to)];
    switch (upTo(7)) {
      case 0:
        if (at < changed.length) changed[at] = upTo(256);
        break;
      case 1:
        if (at < changed.length) changed[at] = (changed[at] as number) ^ (1 << upTo(8));
        break;
      case 2:
        changed = Buffer.concat([head, tail]);
        break;
      case 3:
        changed = Buffer.concat([head, ...Array<Buffer>(1 + upTo(200)).fill(middle), tail]);
        break;
      case 4:
        changed = Buffer.concat([head, token, changed.subarray(at)]);
        break;
      case 5:
        changed = Buffer.concat([head, token, changed.subarray(Math.min(changed.length, at + token.length))]);
        break;
      default:
        changed = Buffer.from(head);
    }
  }
  return changed;
}

/** The same server, in whose answers bytes are changed. @param onCase is told of each that is */
export function fuzzed(attack: Attack, random: () => number, onCase: () => void): Attack {
  const serve = (socket: Socket) => {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (data: Buffer | string, ...more: unknown[]) => {
      if (random() >= CHANGED) return write(data, ...more);
      onCase();
      // as the encoding says, if there is one
      const encoding = more[0] === 'latin1' || more[0] === 'binary' ? 'latin1' : 'utf8';
      const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : data;
      return write(
        mutate(bytes, random),
        more.find((each) => typeof each === 'function')
      );
    };
    attack.serve(socket);
  };
  return { ...attack, serve };
}

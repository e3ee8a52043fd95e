/** Packets of MySQL's protocol. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
/** What a password is mixed with. */
export const SCRAMBLE = Buffer.from('abcdefghijklmnopqrst');
/** Protocol 4.1, a password, a database, plugins, attributes. */
const CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x8000 | 0x80000 | 0x100000;

export function packet(sequence: number, ...parts: (Buffer | string | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

/** @param plugin by which it asks to log in */
export function greeting(plugin: string, version = '8.0.36', capabilities = CAPABILITIES): Buffer {
  const [low, high] = [capabilities & 0xffff, capabilities >>> 16].map((half) => [half & 0xff, half >> 8]) as [
    number[],
    number[],
  ];
  return packet(
    0,
    ...[[10], `${version}\0`, [1, 0, 0, 0], SCRAMBLE.subarray(0, 8), [0], low, [45], [2, 0], high, [21]],
    ...[Buffer.alloc(10), SCRAMBLE.subarray(8), [0], `${plugin}\0`]
  );
}

/** @param number of the server's error */
export function refusal(sequence: number, number: number, message: string): Buffer {
  return packet(sequence, [0xff, number & 0xff, number >> 8], '#28000', message);
}

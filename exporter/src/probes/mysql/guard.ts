/** Lets nothing through to mysql2 that it would not survive: what is thrown in its listeners would end the process. */
import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';
import { withReason } from '../../text/failure-reason';
import { gate } from '../kit/inbound/gate';
import type { Inspector } from '../kit/inbound/inspector';
import { LIMITS, TooMuch } from '../kit/inbound/limits';
import { readGreeting, type Greeting } from '../kit/sql/mysql-wire';

/** The server is not MySQL. */
const NOT_MYSQL = 'it answers, but not as MySQL does; is the port right?';

export const notMysql = () => withReason(new Error(NOT_MYSQL), 'protocol');

/** A greeting has a hundred bytes, an error in its place some hundred. */
const MAX_GREETING = 2000;

/** What mysql2 has of a connection beside its types. */
export interface Internals {
  stream: Socket;
  /** Number of the packet that is sent, or expected, next. */
  sequenceId: number;
  packetParser: { execute(data: Buffer): void };
  handlePacket(packet?: { sequenceId: number; peekByte(): number }): void;
  startTLS(onSecure: (error?: Error) => void): void;
  close(): void;
  _handleNetworkError(error: Error): void;
}

export const internalsOf = (connection: Connection) => connection as unknown as Internals;

/**
 * Looks at the greeting, and at the head of each packet, before mysql2 does; what is none ends the connection only.
 * @param alone nothing may come with the greeting: what came unencrypted could be taken for what comes encrypted
 * @returns the greeting, as soon as it has come
 */
export function guardGreeting(stream: Socket, alone: boolean): () => Greeting | undefined {
  const inspect = packetInspector();
  let begin: Buffer = Buffer.alloc(0);
  let greeting: Greeting | undefined;
  const inspectBoth: Inspector = (data) => {
    if (greeting) return inspect(data);
    begin = Buffer.concat([begin, data]);
    if (begin.length < 4) return 0;
    const end = 4 + begin.readUIntLE(0, 3);
    if (end > MAX_GREETING) throw notMysql();
    if (begin.length < end) return 0;
    greeting = readGreeting(begin.subarray(0, end));
    if (!greeting || (alone && begin.length > end)) throw notMysql();
    return 1 + inspect(begin.subarray(end));
  };
  gate(stream, inspectBoth, NOT_MYSQL);
  return () => greeting;
}

/** Looks at the packets that come after the greeting over TLS. */
export const guardPackets = (stream: Socket) => gate(stream, packetInspector(), NOT_MYSQL);

function packetInspector(): Inspector {
  let head: Buffer = Buffer.alloc(0);
  /** Bytes of the packet that is under way. */
  let missing = 0;
  /** Number of the packet before; those of one answer count on from 1, with 0 after 255. */
  let last = 0;
  /** Of one answer. */
  let bytes = 0;
  let packets = 0;

  function begin(length: number, number: number): void {
    if (number === 1 && last !== 0) [bytes, packets] = [0, 0];
    last = number;
    bytes += length;
    packets += 1;
    // mysql2 would take 16 MB, again and again
    if (length > LIMITS.rowsBytes) throw notMysql();
    if (bytes > LIMITS.rowsBytes) throw new TooMuch(`sends an answer of ${bytes} bytes or more`);
    if (packets > LIMITS.messages) throw new TooMuch(`sends an answer of ${packets} packets or more`);
  }

  return (data) => {
    let rest = data;
    let begun = 0;
    while (rest.length > 0) {
      const body = rest.subarray(0, missing);
      missing -= body.length;
      const part = rest.subarray(body.length, body.length + 4 - head.length);
      head = Buffer.concat([head, part]);
      rest = rest.subarray(body.length + part.length);
      if (head.length < 4) break;
      missing = head.readUIntLE(0, 3);
      begin(missing, head[3] as number);
      head = Buffer.alloc(0);
      begun += 1;
    }
    return begun;
  };
}

/**
 * mysql2 writes to the console about a packet out of order, and goes on with it; here it ends the connection.
 * @returns the number of the last packet that came
 */
export function guardOrder(connection: Connection): () => number {
  const inside = internalsOf(connection);
  const handlePacket = inside.handlePacket.bind(inside);
  let last = 0;
  inside.handlePacket = (packet) => {
    if (packet) last = packet.sequenceId;
    if (packet && packet.sequenceId !== inside.sequenceId) {
      // who is sent away may be told so out of turn
      if (packet.peekByte() !== 0xff) return void inside.stream.destroy(notMysql());
      inside.sequenceId = packet.sequenceId;
    }
    handlePacket(packet);
  };
  return () => last;
}

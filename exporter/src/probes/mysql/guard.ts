/** Lets nothing through to mysql2 that it would not survive: what is thrown in its listeners would end the process. */
import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';
import { withReason } from '../../text/failure-reason';
import { inspectData } from '../kit/inspect-data';
import { readGreeting, type Greeting } from '../kit/mysql-wire';

/** What answers is no MySQL. */
export const notMysql = () =>
  withReason(new Error('it answers, but not as MySQL does; is the port right?'), 'protocol');

/** A greeting has a hundred bytes, an error in its place some hundred. */
const MAX_GREETING = 2000;
/** An answer to what is asked here has some thousand bytes; mysql2 would take 16 MB, again and again. */
const MAX_PACKET = 1_000_000;

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
  inspectData(
    stream,
    (data) => {
      if (greeting) return inspect(data);
      begin = Buffer.concat([begin, data]);
      if (begin.length < 4) return;
      const end = 4 + begin.readUIntLE(0, 3);
      if (end > MAX_GREETING) throw notMysql();
      if (begin.length < end) return;
      greeting = readGreeting(begin.subarray(0, end));
      if (!greeting || (alone && begin.length > end)) throw notMysql();
      inspect(begin.subarray(end));
    },
    notMysql
  );
  return () => greeting;
}

/** Looks at the packets that come after the greeting over TLS. */
export const guardPackets = (stream: Socket) => inspectData(stream, packetInspector(), notMysql);

function packetInspector(): (data: Buffer) => void {
  let head: Buffer = Buffer.alloc(0);
  /** Bytes of the packet that is under way. */
  let missing = 0;
  return (data) => {
    let rest = data;
    while (rest.length > 0) {
      const body = rest.subarray(0, missing);
      missing -= body.length;
      const part = rest.subarray(body.length, body.length + 4 - head.length);
      head = Buffer.concat([head, part]);
      rest = rest.subarray(body.length + part.length);
      if (head.length < 4) return;
      missing = head.readUIntLE(0, 3);
      if (missing > MAX_PACKET) throw notMysql();
      head = Buffer.alloc(0);
    }
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

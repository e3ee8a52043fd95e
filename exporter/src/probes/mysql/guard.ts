/** Lets nothing through to mysql2 that it would not survive: what is thrown in its listeners would end the process. */
import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';

export const NOT_MYSQL = 'it answers, but not as MySQL does; is the port right?';

/** A greeting has a hundred bytes, an answer to what is asked here some thousand; mysql2 would take 16 MB, again and again. */
const MAX_PACKET = 1_000_000;
/** How a server begins: protocol 10, or an error such as "too many connections". */
const GREETINGS = [10, 255];

/** What mysql2 has of a connection beside its types. */
export interface Internals {
  stream: Socket;
  sequenceId: number;
  /** Of the server; `undefined` before it greeted. */
  _handshakePacket: { serverVersion?: string } | null;
  packetParser: { execute(data: Buffer): void };
  handlePacket(packet?: { sequenceId: number; peekByte(): number }): void;
  startTLS(onSecure: (error?: Error) => void): void;
  _handleNetworkError(error: Error): void;
}

export const internalsOf = (connection: Connection) => connection as unknown as Internals;

/**
 * Looks at each packet's head before mysql2 does; what is none ends the connection only.
 * @param alone nothing may come with the greeting: what came unencrypted could be taken for what comes encrypted
 */
export function guardBytes(stream: Socket, { greets, alone }: { greets: boolean; alone: boolean }): void {
  // the instance's own, and no subclass: TLS makes a socket of a class of its own
  const emit = stream.emit.bind(stream) as (event: string | symbol, ...args: unknown[]) => boolean;
  let isFirst = greets;
  let head: Buffer = Buffer.alloc(0);
  /** Bytes of the packet that is under way. */
  let missing = 0;

  function inspect(data: Buffer): void {
    let rest = data;
    while (rest.length > 0) {
      const body = rest.subarray(0, missing);
      missing -= body.length;
      rest = rest.subarray(body.length);
      if (rest.length === 0) return;
      if (isFirst && head.length === 5 && alone) throw new Error(NOT_MYSQL);
      // the first byte of the first packet tells most
      const wanted = isFirst ? 5 : 4;
      const part = rest.subarray(0, wanted - head.length);
      head = Buffer.concat([head, part]);
      rest = rest.subarray(part.length);
      if (head.length >= 3 && head.readUIntLE(0, 3) > MAX_PACKET) throw new Error(NOT_MYSQL);
      if (head.length < wanted) return;
      missing = head.readUIntLE(0, 3) - (wanted - 4);
      if (isFirst && (missing < 0 || !GREETINGS.includes(head[4] ?? 0))) throw new Error(NOT_MYSQL);
      if (isFirst && alone && rest.length > missing) throw new Error(NOT_MYSQL);
      isFirst = false;
      head = Buffer.alloc(0);
    }
  }

  stream.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      if (event === 'data') inspect(args[0] as Buffer);
      return emit(event, ...args);
    } catch (error) {
      stream.destroy(event === 'data' ? new Error(NOT_MYSQL) : (error as Error));
      return false;
    }
  };
}

/** mysql2 writes to the console about a packet out of order, and goes on with it; here it ends the connection. */
export function guardOrder(connection: Connection): void {
  const inside = internalsOf(connection);
  const handlePacket = inside.handlePacket.bind(inside);
  inside.handlePacket = (packet) => {
    if (packet && packet.sequenceId !== inside.sequenceId) {
      // who is sent away may be told so out of turn
      if (packet.peekByte() !== 0xff) return void inside.stream.destroy(new Error(NOT_MYSQL));
      inside.sequenceId = packet.sequenceId;
    }
    handlePacket(packet);
  };
}

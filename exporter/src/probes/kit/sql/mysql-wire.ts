/**
 * The protocol of MySQL and MariaDB, which hold it against a host when it connects and does not complete the log-in: it counts as a connection
 * error, and after `max_connect_errors` of them (100) nobody on that host is let in any more. A log-in that is refused is not counted.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */
import type { Socket } from 'node:net';
import { startDeadline } from '../../../runtime/deadline';

/** The name that is given where nobody is to be let in. It needs no account; with one, without password and rights, it is let in and leaves. */
export const ANONYMOUS = 'onehertz';

/** Long password, protocol 4.1, secure connection, plugins: supported by every server since 4.1.1 (plugins: 5.5.7). */
const CAPABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000;
const UTF8MB4 = 45;
const MAX_PACKET_BYTES = 0x1000000 - 1;

/** Time limit for the login, which may include DNS lookups of the client's address. */
const LOGIN_LIMIT_MS = 5000;

/** The server's first packet. */
export type Greeting = { version: string; plugin: string } | { refusal: string; code: number };

/** `undefined` if the data is not a complete first packet of MySQL. */
export function readGreeting(data: Buffer): Greeting | undefined {
  if (data.length < 5 || data.readUIntLE(0, 3) !== data.length - 4 || data[3] !== 0) return undefined;
  const body = data.subarray(4);
  if (body[0] === 0xff && body.length > 3) {
    const refusal = body.toString('utf8', 3).replace(/^#[0-9A-Z]{5}/, '');
    return /^\P{Cc}+$/u.test(refusal) ? { refusal, code: body.readUInt16LE(1) } : undefined;
  }
  const end = body.indexOf(0, 1);
  // MariaDB prepends a version number for old MySQL replicas
  const version = body.toString('latin1', 1, end).replace(/^5\.5\.5-(?=1\d\.)/, '');
  if (body[0] !== 10 || end < 2 || !/^[\x20-\x7e]+$/.test(version)) return undefined;
  // the rest: thread, 8 bytes of salt, 0, capabilities, charset, status, capabilities, length of salt, 10 bytes, at least 13 of salt, plugin
  const plugin = body.subarray(end + 1 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10 + 13);
  return { version, plugin: plugin.toString('latin1').split('\0', 1)[0] ?? '' };
}

/** The exporter's host has no account: not a failure of the server, and not counted by it. */
export const HOST_NOT_PRIVILEGED = 1130;

/** The goodbye of who is logged in. */
export const QUIT = packet(0, Buffer.from([1]));
/** The next packet of a log-in by who has nothing to say. */
export const nothing = (sequence: number): Buffer => packet(sequence, Buffer.alloc(0));

/** Asks for a log-in that the server refuses, as the answer to its greeting. @param plugin of the greeting */
export function anonymousLogin(plugin: string): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(CAPABILITIES, 0);
  head.writeUInt32LE(MAX_PACKET_BYTES, 4);
  head[8] = UTF8MB4;
  return packet(1, head, Buffer.from(`${ANONYMOUS}\0`), Buffer.from([0]), Buffer.from(`${plugin}\0`, 'latin1'));
}

/**
 * Completes a log-in that is not wanted any more, by giving no password, and closes the connection when the server has answered.
 * @param next the packet that the server waits for; `undefined` while it is its turn
 */
export function completeLogin(socket: Socket, next: Buffer | undefined): void {
  const stop = startDeadline(LOGIN_LIMIT_MS, () => socket.destroy());
  socket.once('close', stop);
  socket.on('data', (data: Buffer) => {
    // let in, or not
    if (data[4] === 0x00) socket.end(QUIT);
    else if (data[4] === 0xff) socket.end();
    // it wants another plugin, or more data: there is no password
    else socket.write(nothing(((data[3] ?? 0) + 1) & 0xff));
  });
  socket.once('end', () => socket.destroy());
  if (next) socket.write(next);
  socket.resume();
}

function packet(sequence: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

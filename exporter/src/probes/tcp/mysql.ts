/**
 * The only known protocol that counts silent connections against a host: MySQL and MariaDB count them as connection
 * errors, and after
 * `max_connect_errors` of them (100) reject all connections of that host. A failed login is not counted.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */
import type { Socket } from 'node:net';
import { startDeadline } from '../../runtime/deadline';

/** The login name. Needs no account; an account without password and permissions is accepted and logged out. */
const USER = 'onehertz';

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
  return { version, plugin: plugin.toString('latin1').replace(/\0.*$/s, '') };
}

/** The exporter's host has no account: not a failure of the server, and not counted by it. */
export const HOST_NOT_PRIVILEGED = 1130;

/** Tries to log in without a password, disconnects in any case, and calls `done` when the connection is closed. */
export function leave(socket: Socket, greeting: Greeting, done: () => void): void {
  const stop = startDeadline(LOGIN_LIMIT_MS, () => socket.destroy());
  socket.once('close', () => {
    stop();
    done();
  });
  if ('refusal' in greeting) return void socket.destroy();
  socket.on('data', (data: Buffer) => {
    const sequence = ((data[3] ?? 0) + 1) & 0xff;
    // accepted, or rejected
    if (data[4] === 0x00) socket.end(packet(0, Buffer.from([1])));
    else if (data[4] === 0xff) socket.end();
    // it requests another plugin or more data, but there is no password
    else socket.write(packet(sequence, Buffer.alloc(0)));
  });
  socket.once('end', () => socket.destroy());
  socket.write(packet(1, login(greeting.plugin)));
  socket.resume();
}

function login(plugin: string): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(CAPABILITIES, 0);
  head.writeUInt32LE(MAX_PACKET_BYTES, 4);
  head[8] = UTF8MB4;
  return Buffer.concat([head, Buffer.from(`${USER}\0`), Buffer.from([0]), Buffer.from(`${plugin}\0`, 'latin1')]);
}

function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

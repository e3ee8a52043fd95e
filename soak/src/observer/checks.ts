/** One request over a new connection, without a client library. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { CheckOrder } from './messages';

const TIMEOUT_MS = 1000;

/** Resolves to `undefined` if the server works, else to the problem. */
export type Check = () => Promise<string | undefined>;

export function checkOf(order: CheckOrder): Check {
  const { port, path = '/', anyAnswer = false, login } = order;
  switch (order.check) {
    case 'redis':
      // https://redis.io/docs/latest/develop/reference/protocol-spec/: -NOAUTH counts as an answer, -LOADING does not
      return () => ask(port, Buffer.from('PING\r\n'), (answer) => /^(\+PONG|-NOAUTH)/.test(answer.toString('latin1')));
    case 'postgresql':
      return () => ask(port, startupPacket('onehertz', 'postgres'), (answer) => answer[0] === 'R'.charCodeAt(0));
    case 'select': {
      if (!login) throw new Error(`${order.component}: a select needs a login`);
      return () => ask(port, startupPacket(login.user, login.database), selecting(login.password));
    }
    case 'amqp':
      // AMQP 0-9-1, 2.2.4: the header is answered by Connection.Start, a method frame (1)
      return () => ask(port, Buffer.from('AMQP\0\0\x09\x01', 'latin1'), (answer) => answer[0] === 1);
    case 'http': {
      const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
      return () =>
        ask(port, request, (answer) => {
          const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]);
          return anyAnswer ? status > 0 : status < 400;
        });
    }
  }
}

/** PostgreSQL 15, 55.7: length, protocol 3.0, parameters; the answer is an authentication request (R) or an error (E). */
function startupPacket(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, parameters]);
}

/** Logs in with a password in plain text, and asks for a row. */
function selecting(password: string): Judge {
  const message = (type: string, text: string) => {
    const body = Buffer.from(`${text}\0`);
    const head = Buffer.alloc(5, type);
    head.writeInt32BE(4 + body.length, 1);
    return Buffer.concat([head, body]);
  };
  let read = 0;
  return (answer, say) => {
    while (answer.length >= read + 5) {
      const type = String.fromCharCode(answer[read] as number);
      const end = read + 1 + answer.readInt32BE(read + 1);
      if (answer.length < end) return undefined;
      // a password is asked for (3), the server is ready, a row, an error
      if (type === 'R' && answer.readInt32BE(read + 5) === 3) say(message('p', password));
      if (type === 'Z') say(message('Q', 'SELECT 1'));
      if (type === 'D') return true;
      if (type === 'E') return false;
      read = end;
    }
    return undefined;
  };
}

/** Whether what was answered so far is good; `undefined`: more is expected. */
type Judge = (answer: Buffer, say: (more: Buffer) => void) => boolean | undefined;

function ask(port: number, request: Buffer, judge: Judge): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const end = (wrong?: string) => {
      clearTimeout(timer);
      // a reset leaves no TIME_WAIT: there are hundreds of connections per second
      socket.resetAndDestroy();
      resolve(wrong);
    };
    const timer = setTimeout(end, TIMEOUT_MS, `timed out after ${TIMEOUT_MS} ms`);
    socket.once('connect', () => socket.write(request));
    let answer = Buffer.alloc(0);
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      const isGood = judge(answer, (more) => socket.write(more));
      if (isGood === undefined) return;
      end(isGood ? undefined : `answers ${JSON.stringify(answer.toString('latin1').slice(0, 300))}`);
    });
    socket.once('end', () => end('closed the connection'));
    socket.on('error', (error) => end((error as NodeJS.ErrnoException).code ?? error.message));
  });
}

/** `undefined`: it runs; else `stopped` or `gone`. Source: proc(5), the state is the field after the name in brackets. */
export function processTrouble(pid: number | undefined): string | undefined {
  if (pid === undefined) return 'its process is gone';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const state = stat[stat.lastIndexOf(')') + 2];
    if (state === 'T' || state === 't') return 'its process is stopped';
    return state === 'Z' || state === 'X' ? 'its process is gone' : undefined;
  } catch {
    return 'its process is gone';
  }
}

/** Whether a process holds an established connection to a port of 127.0.0.1. Source: proc(5), /proc/net/tcp. */
export function isConnected(pid: number, port: number): boolean {
  try {
    const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const inodes = new Set<string>();
    for (const line of readFileSync(`/proc/${pid}/net/tcp`, 'latin1').split('\n')) {
      const fields = line.trim().split(/\s+/);
      if (fields[2] === remote && fields[3] === '01') inodes.add(`socket:[${fields[9]}]`);
    }
    if (inodes.size === 0) return false;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** Hostile Redis servers, Sentinels and brokers of Celery. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
import type { Socket } from 'node:net';
import { repeated, sendForever, type Attack } from './twin';

const OK = '+OK\r\n';
const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const array = (...items: string[]) => `*${items.length}\r\n${items.join('')}`;

type Answer = (command: readonly string[], socket: Socket) => string | undefined;

/** Answers each command; what `answer` does not know is answered as a Redis does that serves. */
function speak(answer: Answer): (socket: Socket) => void {
  return (socket) => {
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (;;) {
        const command = take();
        if (!command) return;
        const reply = answer(command, socket) ?? usual(command);
        if (!socket.destroyed && reply !== '') socket.write(reply);
      }
    });

    function take(): string[] | undefined {
      const count = Number(/^\*(\d+)\r\n/.exec(text)?.[1]);
      if (Number.isNaN(count)) return undefined;
      let rest = text.slice(text.indexOf('\r\n') + 2);
      const words: string[] = [];
      for (let i = 0; i < count; i++) {
        const length = Number(/^\$(\d+)\r\n/.exec(rest)?.[1]);
        const at = rest.indexOf('\r\n') + 2;
        if (Number.isNaN(length) || rest.length < at + length + 2) return undefined;
        words.push(rest.slice(at, at + length));
        rest = rest.slice(at + length + 2);
      }
      text = rest;
      return words;
    }
  };
}

const INFO = 'redis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\n';

function usual([name = '', , ...more]: readonly string[]): string {
  switch (name.toLowerCase()) {
    case 'ping':
      return '+PONG\r\n';
    case 'info':
      return bulk(INFO);
    case 'auth':
    case 'select':
    case 'client':
      return OK;
    case 'subscribe':
    case 'psubscribe':
      return array(bulk(name.toLowerCase()), bulk(more[0] ?? 'x'), ':1\r\n');
    case 'brpop':
      return '';
    default:
      return ':0\r\n';
  }
}

/** Answers subscriptions, and then calls `begin` with what makes a message of that channel. */
const publishing = (begin: (socket: Socket, messageOf: (text: string) => string) => void): ((socket: Socket) => void) =>
  speak((command, socket) => {
    if (!isOf(command, 'subscribe') && !isOf(command, 'psubscribe')) return undefined;
    const isPattern = isOf(command, 'psubscribe');
    const channel = bulk(command[1] ?? '');
    socket.write(array(bulk(command[0]!.toLowerCase()), channel, ':1\r\n'));
    begin(socket, (text) =>
      isPattern ? array(bulk('pmessage'), channel, channel, bulk(text)) : array(bulk('message'), channel, bulk(text))
    );
    return '';
  });

const isOf = (command: readonly string[], name: string) => command[0]?.toLowerCase() === name;
const redisAt = (port: number) => ({ probe: 'redis', url: `redis://127.0.0.1:${port}` });
const celeryAt = (port: number) => ({ probe: 'celery', url: `redis://127.0.0.1:${port}`, busy_grace: '1h' });

/** Instead of the answer to INFO. */
const inInfo = (name: string, reply: string, more: Partial<Attack> = {}): Attack => ({
  name: `redis-${name}`,
  component: redisAt,
  serve: speak((command) => (isOf(command, 'info') ? reply : undefined)),
  ...more,
});

/** Instead of the answer to INFO, and then this without end. */
const endless = (name: string, begin: string, piece: string, more: Partial<Attack> = {}): Attack => ({
  name: `redis-${name}`,
  component: redisAt,
  serve: speak((command, socket) => {
    if (!isOf(command, 'info')) return undefined;
    socket.write(begin);
    sendForever(socket, repeated(piece));
    return '';
  }),
  ...more,
});

const heartbeat = (worker: number) => {
  const body = {
    type: 'worker-heartbeat',
    hostname: `celery@forged-${worker}`,
    active: 1,
    pid: worker + 1,
    freq: 3600,
  };
  const envelope = {
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-type': 'application/json',
    headers: {},
    properties: { body_encoding: 'base64' },
  };
  return JSON.stringify(envelope);
};

export const REDIS_ATTACKS: readonly Attack[] = [
  inInfo('huge-arrays', '*33000000\r\n'.repeat(24)),
  inInfo('huge-map', '%16000000\r\n'.repeat(24)),
  inInfo('deep', '*1\r\n'.repeat(50_000)),
  endless('endless-bulk', '$536870000\r\n', 'x'),
  endless('endless-line', '+', 'x'),
  endless('endless-number', ':', '1'),
  endless('endless-length', '$', '0'),
  endless('endless-array', '*1000000\r\n', '$1\r\nx\r\n'),
  endless('unasked', '', '+PONG\r\n'),
  endless('unasked-errors', '', '-ERR what\r\n'),
  endless('pushes', '', '>2\r\n+message\r\n+x\r\n'),
  inInfo('long-version', bulk(`redis_version:${'7'.repeat(900_000)}\r\nrole:master\r\n`), { isUp: true }),
  inInfo('terminal', bulk('redis_version:7.\u001b[31m\u202e0\r\nrole:master\r\n'), { isUp: true }),
  inInfo(
    'sentinels',
    bulk(
      `redis_mode:sentinel\r\nsentinel_tilt:0\r\n${repeated('master0:name=x,status=ok,address=y,slaves=1,sentinels=1\r\n', 900_000)}`
    ),
    { isUp: true }
  ),
  {
    name: 'redis-greeting',
    component: redisAt,
    serve: (socket) => sendForever(socket, repeated('+OK\r\n')),
  },
  {
    name: 'celery-redis-huge-arrays',
    component: celeryAt,
    serve: speak((command) => (isOf(command, 'brpop') ? '*33000000\r\n'.repeat(24) : undefined)),
  },
  {
    name: 'celery-redis-forged-workers',
    component: celeryAt,
    serve: publishing((socket, messageOf) => {
      let next = 0;
      const timer = setInterval(() => {
        if (socket.destroyed) return clearInterval(timer);
        const messages = Array.from({ length: 100 }, () => messageOf(heartbeat(next++)));
        return void socket.write(messages.join(''));
      }, 50);
    }),
  },
  {
    name: 'celery-redis-flood',
    component: celeryAt,
    serve: publishing((socket, messageOf) => {
      sendForever(socket, repeated(messageOf(heartbeat(1))));
    }),
  },
];

/** As much as they may say, at each question and event. */
export const REDIS_AT_LIMIT: readonly Attack[] = [
  inInfo('much', bulk(`${INFO}${repeated('used_memory_x:123456789\r\n', 1_000_000)}`), { isUp: true }),
  {
    name: 'celery-redis-much',
    component: celeryAt,
    serve: publishing((socket, messageOf) => {
      const piece = messageOf(heartbeat(1)).repeat(150);
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(piece)), 100);
    }),
  },
];

/** Servers that serve, for bytes to be changed in what they say. */
export const HONEST_REDIS: readonly Attack[] = [
  { name: 'redis', component: redisAt, serve: speak(() => undefined) },
  { name: 'celery-redis', component: celeryAt, serve: speak(() => undefined) },
];

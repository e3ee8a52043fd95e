/** Hostile AMQP brokers. https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf */
import type { Socket } from 'node:net';
import { sendForever, type Attack } from './twin';

const u8 = (value: number) => Buffer.from([value]);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const u64 = (value: number) => Buffer.concat([u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32)]);
const short = (text: string) => Buffer.concat([u8(Buffer.byteLength(text)), Buffer.from(text)]);
const long = (text: string | Buffer) => Buffer.concat([u32(text.length), Buffer.from(text)]);

/** A field of a table: its name, the letter of its type, its value. */
const field = (name: string, type: string, value: Buffer) => Buffer.concat([short(name), Buffer.from(type), value]);
const table = (...fields: Buffer[]) => long(Buffer.concat(fields));

function frame(type: number, channel: number, payload: Buffer): Buffer {
  return Buffer.concat([u8(type), u16(channel), u32(payload.length), payload, u8(0xce)]);
}

const method = (channel: number, classId: number, methodId: number, ...body: Buffer[]) =>
  frame(1, channel, Buffer.concat([u16(classId), u16(methodId), ...body]));
const header = (channel: number, size: number, properties = Buffer.concat([u16(0)])) =>
  frame(2, channel, Buffer.concat([u16(60), u16(0), u64(size), properties]));

const start = (properties: Buffer) => method(0, 10, 10, u8(0), u8(9), properties, long('PLAIN'), long('en_US'));
const PROPERTIES = table(field('product', 'S', long('RabbitMQ')), field('version', 'S', long('3.10.8')));
const TUNE = method(0, 10, 30, u16(2047), u32(131_072), u16(2));
const OPEN_OK = method(0, 10, 41, short(''));
const deliver = (channel: number) => method(channel, 60, 60, short('tag'), u64(1), u8(0), short(''), short('q'));

interface Broker {
  /** Instead of what a broker answers; `undefined`: as it does. */
  answer?(classId: number, methodId: number, channel: number, socket: Socket): Buffer | undefined;
  properties?: Buffer;
}

function speak({ answer, properties = PROPERTIES }: Broker): (socket: Socket) => void {
  return (socket) => {
    let rest = Buffer.alloc(0);
    let greeted = false;
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      if (!greeted && rest.length >= 8) {
        greeted = true;
        rest = rest.subarray(8);
        socket.write(start(properties));
      }
      while (rest.length >= 8) {
        const size = rest.readUInt32BE(3);
        if (rest.length < size + 8) return;
        if (rest[0] === 1) {
          const [channel, classId, methodId] = [rest.readUInt16BE(1), rest.readUInt16BE(7), rest.readUInt16BE(9)];
          const reply = answer?.(classId, methodId, channel, socket) ?? usual(classId, methodId, channel);
          if (reply && reply.length > 0 && !socket.destroyed) socket.write(reply);
        }
        rest = rest.subarray(size + 8);
      }
    });
  };
}

function usual(classId: number, methodId: number, channel: number): Buffer | undefined {
  switch (classId * 1000 + methodId) {
    case 10_011:
      return TUNE;
    case 10_040:
      return OPEN_OK;
    case 20_010:
      return method(channel, 20, 11, u32(0));
    case 40_010:
      return method(channel, 40, 11);
    case 50_010:
      return method(channel, 50, 11, short('q'), u32(0), u32(0));
    case 50_020:
      return method(channel, 50, 21);
    case 60_020:
      return method(channel, 60, 21, short('tag'));
    case 85_010:
      return method(channel, 85, 11);
    case 20_040:
      return method(channel, 20, 41);
    default:
      return undefined;
  }
}

const rabbitAt = (port: number) => ({ probe: 'rabbitmq', url: `amqp://127.0.0.1:${port}` });
const celeryAt = (port: number) => ({ probe: 'celery', url: `amqp://127.0.0.1:${port}`, busy_grace: '1h' });
const celery = (name: string, attack: Broker): Attack => ({
  name: `celery-amqp-${name}`,
  component: celeryAt,
  serve: speak(attack),
});
const rabbit = (name: string, attack: Broker, more: Partial<Attack> = {}): Attack => ({
  name: `amqp-${name}`,
  component: rabbitAt,
  serve: speak(attack),
  ...more,
});

/** After the answer that it begins to consume. */
const onConsume =
  (act: (channel: number, socket: Socket) => void): NonNullable<Broker['answer']> =>
  (classId, methodId, channel, socket) => {
    if (classId !== 60 || methodId !== 20) return undefined;
    socket.write(method(channel, 60, 21, short('tag')));
    act(channel, socket);
    return Buffer.alloc(0);
  };

const nested = (depth: number) => {
  let inner = table();
  for (let i = 0; i < depth; i++) inner = table(field('a', 'F', inner));
  return inner;
};
const event = (worker: number) =>
  JSON.stringify({ type: 'worker-heartbeat', hostname: `celery@forged-${worker}`, pid: worker + 1, freq: 3600 });
const message = (channel: number, body: string | Buffer, size = body.length) => {
  // content type and headers
  const properties = Buffer.concat([u16(0x8000), short('application/json')]);
  return Buffer.concat([deliver(channel), header(channel, size, properties), frame(3, channel, Buffer.from(body))]);
};

export const AMQP_ATTACKS: readonly Attack[] = [
  rabbit('huge-frame', {
    answer: onConsume((channel, socket) => {
      socket.write(Buffer.concat([u8(3), u16(channel), u32(0xffff_ff00)]));
      sendForever(socket, Buffer.alloc(16_384));
    }),
  }),
  rabbit('endless-body', {
    answer: onConsume((channel, socket) => {
      socket.write(Buffer.concat([deliver(channel), header(channel, 2 ** 40)]));
      sendForever(socket, frame(3, channel, Buffer.alloc(100_000, 'x')));
    }),
  }),
  rabbit('message-of-100-mb', {
    answer: onConsume((channel, socket) => {
      socket.write(Buffer.concat([deliver(channel), header(channel, 100_000_000)]));
      let left = 1000;
      const go = () => {
        while (left-- > 0) if (!socket.write(frame(3, channel, Buffer.alloc(100_000, 'x')))) break;
        if (left > 0) socket.once('drain', go);
      };
      go();
    }),
  }),
  rabbit('deep-table', { properties: nested(12_000) }),
  rabbit('wide-table', { properties: table(field('a', 'A', long(Buffer.alloc(120_000, 'V')))) }),
  rabbit('table-beyond-frame', { properties: table(field('a', 'A', u32(0xffff_fff0))) }),
  rabbit('heartbeats', {
    answer: onConsume((_channel, socket) =>
      sendForever(socket, Buffer.concat(Array<Buffer>(2000).fill(frame(8, 0, Buffer.alloc(0)))))
    ),
  }),
  rabbit('unasked', {
    answer: onConsume((channel, socket) =>
      sendForever(socket, Buffer.concat(Array<Buffer>(500).fill(method(channel, 60, 80, u64(1), u8(0)))))
    ),
  }),
  rabbit('blocked', {
    answer: onConsume((_channel, socket) =>
      sendForever(socket, Buffer.concat(Array<Buffer>(500).fill(method(0, 10, 60, short('low on \u001b[31m memory')))))
    ),
  }),
  rabbit('long-version', { properties: table(field('version', 'S', long('3'.repeat(100_000)))) }),
  rabbit('object-as-version', { properties: table(field('version', 'F', nested(5))) }),
  celery('answer-of-100-mb', {
    answer: onConsume((channel, socket) => {
      socket.write(Buffer.concat([deliver(channel), header(channel, 100_000_000)]));
      sendForever(socket, frame(3, channel, Buffer.alloc(100_000, 'x')));
    }),
  }),
  celery('forged-workers', {
    answer: onConsume((channel, socket) => {
      let next = 0;
      const timer = setInterval(() => {
        if (socket.destroyed) return clearInterval(timer);
        const all = Array.from({ length: 100 }, () => message(channel, event(next++)));
        return void socket.write(Buffer.concat(all));
      }, 50);
    }),
  }),
  celery('flood', {
    answer: onConsume((channel, socket) =>
      sendForever(socket, Buffer.concat(Array.from({ length: 100 }, () => message(channel, event(1)))))
    ),
  }),
];

/** As many events as it may send, each of another worker. */
export const AMQP_AT_LIMIT: readonly Attack[] = [
  celery('much', {
    answer: onConsume((channel, socket) => {
      let next = 0;
      const timer = setInterval(() => {
        if (socket.destroyed) return clearInterval(timer);
        const all = Array.from({ length: 50 }, () => message(channel, event(next++ % 900).padEnd(2000)));
        return void socket.write(Buffer.concat(all));
      }, 100);
    }),
  }),
];

/** Brokers that serve, for bytes to be changed in what they say. */
export const HONEST_AMQP: readonly Attack[] = [
  { name: 'amqp', component: rabbitAt, serve: speak({}) },
  celery('honest', { answer: onConsume((channel, socket) => void socket.write(message(channel, event(1)))) }),
];

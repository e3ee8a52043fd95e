/** Hostile servers below and beside HTTP: heads, pieces, encodings and codes that a library of HTTP would not send. */
import type { Socket } from 'node:net';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync, deflateSync } from 'node:zlib';
import { greeting } from '../probes/mysql/packets';
import { repeated, sendForever, type Attack } from './twin';

type Act = (socket: Socket) => void;

/** Acts at each request, as soon as its head has come. */
const onRequest =
  (act: Act): Act =>
  (socket) => {
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      if (!heard.includes('\r\n\r\n')) return;
      heard = '';
      act(socket);
    });
  };

const head = (headers: string, status = '200 OK') => `HTTP/1.1 ${status}\r\n${headers}\r\n`;
const whole = (body: Buffer | string, headers = '') =>
  Buffer.concat([Buffer.from(head(`${headers}content-length: ${body.length}\r\n`)), Buffer.from(body as string)]);

/** One way, tried on a service, on a service whose body is checked, and on an S3. */
function onEach(name: string, act: Act, more: Partial<Attack> = {}): Attack[] {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const serve = onRequest(act);
  return [
    { name: `wire-http-${name}`, component: (port) => ({ probe: 'http', url: `${at(port)}/health` }), serve, ...more },
    {
      name: `wire-expect-${name}`,
      component: (port) => ({ probe: 'http', url: at(port), expect: { contains: ['what nobody says'] } }),
      serve,
      ...more,
      isUp: false,
    },
    {
      name: `wire-s3-${name}`,
      component: (port) => ({
        probe: 'minio',
        url: at(port),
        access_key: 'a-key-of-ours',
        secret_key: 'a-secret-of-ours',
      }),
      serve,
      ...more,
      isUp: false,
    },
  ];
}

const endless = (name: string, begin: string, piece: string, more?: Partial<Attack>): Attack[] =>
  onEach(
    name,
    (socket) => {
      socket.write(begin);
      sendForever(socket, repeated(piece, 65_536));
    },
    more
  );
const once = (name: string, answer: Buffer, more?: Partial<Attack>): Attack[] =>
  onEach(name, (socket) => void socket.write(answer), more);

const UP: Partial<Attack> = { isUp: true };
/** A body that is packed into itself as often as it has room. */
function packedOften(times: number): Buffer {
  let body: Buffer = Buffer.from('{"status":"ok"}');
  for (let i = 0; i < times; i++) body = gzipSync(body, { level: 1 });
  return body;
}
const PACKED = 1500;
const zeros = Buffer.alloc(50_000_000);
const bomb = (encoding: string, body: Buffer) => whole(body, `content-encoding: ${encoding}\r\n`);
/** Its window is of 128 MiB: what unpacks it has to have room for that (RFC 8878 §3.1.1). */
const wide = Buffer.concat([Buffer.from('28b52ffd0088790000', 'hex'), Buffer.from('{"status":"ok"}')]);

export const WIRE_ATTACKS: readonly Attack[] = [
  ...endless('early-hints', '', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  ...endless('processing', '', 'HTTP/1.1 102 Processing\r\n\r\n'),
  ...endless('continue', '', 'HTTP/1.1 100 Continue\r\n\r\n'),
  ...endless('switching', '', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ...endless('chunk-extensions', `${head('transfer-encoding: chunked\r\n')}5;`, 'a=b;'),
  ...endless('chunks-of-one-byte', head('transfer-encoding: chunked\r\n'), '1\r\nx\r\n'),
  ...endless('chunks-with-extensions', head('transfer-encoding: chunked\r\n'), `1;${'a=b;'.repeat(1000)}\r\nx\r\n`),
  ...endless('trailers', `${head('transfer-encoding: chunked\r\n')}0\r\n`, 'x-a: b\r\n'),
  ...endless('headers', 'HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'),
  ...endless('cookies', 'HTTP/1.1 200 OK\r\n', 'set-cookie: a=b; path=/\r\n'),
  ...endless('reason', 'HTTP/1.1 200 ', 'OK'),
  ...endless('line-ends', '', '\r\n'),
  ...endless('answers', '', whole('x').toString(), UP),
  ...once('cookies-within-bounds', whole('{"status":"ok"}', 'set-cookie: a=b\r\n'.repeat(800)), UP),
  ...once('headers-within-bounds', whole('{"status":"ok"}', 'a:\r\n'.repeat(3500)), UP),
  ...once('types-twice', whole('{"status":"ok"}', 'content-type: a\r\ncontent-type: b\r\n'), UP),
  ...once('encodings-twice', whole('{"status":"ok"}', 'content-encoding: gzip\r\ncontent-encoding: br\r\n'), UP),
  ...once('lengths-twice', whole('{"status":"ok"}', 'content-length: 3\r\n')),
  ...once('length-negative', Buffer.from(head('content-length: -1\r\n'))),
  ...once('length-huge', Buffer.from(head('content-length: 99999999999999999999\r\n'))),
  ...once('keep-alive', whole('{"status":"ok"}', 'keep-alive: timeout=999999999999, max=-1\r\n'), UP),
  ...once('in-a-circle', Buffer.from(head('location: /health\r\ncontent-length: 0\r\n', '302 Found'))),
  ...once(
    'location-long',
    Buffer.from(head(`location: ${'token=a&'.repeat(1900)}\r\ncontent-length: 0\r\n`, '302 Found'))
  ),
  ...once('gzip-bomb', bomb('gzip', gzipSync(zeros)), UP),
  ...once('deflate-bomb', bomb('deflate', deflateSync(zeros)), UP),
  ...once(
    'brotli-bomb',
    bomb('br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })),
    UP
  ),
  ...once('zstd-bomb', bomb('zstd', zstdCompressSync(zeros)), UP),
  ...once('zstd-window', bomb('zstd', wide), UP),
  ...once('packed-often', bomb(Array<string>(PACKED).fill('gzip').join(','), packedOften(PACKED)), UP),
  ...once(
    'names-of-objects',
    whole(
      JSON.stringify({ status: 'ok' }).replace(
        '{',
        '{"__proto__":{"status":"down"},"constructor":{"prototype":{"x":1}},"toString":1,'
      ),
      'content-type: application/json\r\n'
    ),
    UP
  ),
  ...once(
    'names-of-dependencies',
    whole(
      '{"status":"ok","dependencies":{"__proto__":"up","constructor":"up","toString":"up","hasOwnProperty":"up","valueOf":"down"}}',
      'content-type: application/json\r\n'
    ),
    UP
  ),
  ...once(
    'numbers',
    whole(
      `{"status":"ok","uptime":${'9'.repeat(50_000)},"version":1e999,"latency":-0}`,
      'content-type: application/json\r\n'
    ),
    UP
  ),
  ...onEach('drip', (socket) => {
    const text = whole('x'.repeat(60_000)).toString();
    let at = 0;
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(text[at++] ?? '')), 1000);
  }),
  ...onEach('drip-fast', (socket) => {
    socket.write(head('transfer-encoding: chunked\r\n'));
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('1\r\nx\r\n')), 1);
  }),
];

/** Each answer has another version, and other names: for labels of metrics that would be another series each time. */
export const CHANGING: readonly Attack[] = [
  {
    name: 'wire-http-versions',
    component: (port) => ({ probe: 'http', url: `http://127.0.0.1:${port}/health` }),
    serve: onRequest((socket) => {
      const version = `1.${Math.floor(Math.random() * 1e9)}`;
      socket.write(whole(JSON.stringify({ status: 'ok', version }), 'content-type: application/json\r\n'));
    }),
    isUp: true,
  },
];

/** Ports of TCP, with and without an answer that is waited for. */
const tcp = (name: string, fields: Record<string, unknown>, act: Act, more: Partial<Attack> = {}): Attack => ({
  name: `tcp-${name}`,
  component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}`, ...fields }),
  serve: act,
  ...more,
});

export const TCP_ATTACKS: readonly Attack[] = [
  tcp('endless', { expect: 'never' }, (socket) => sendForever(socket, repeated('x'))),
  tcp('bytes', { expect: 'never' }, (socket) => {
    socket.setNoDelay(true);
    sendForever(socket, 'x');
  }),
  tcp('greets-without-end', {}, (socket) => sendForever(socket, repeated('220 hello\r\n')), UP),
  tcp(
    'asks-for-log-ins-without-end',
    {},
    (socket) => {
      socket.write(greeting('mysql_native_password'));
      socket.once('data', () => sendForever(socket, Buffer.alloc(65_536, 0xfe)));
    },
    UP
  ),
  tcp('not-tls', { tls: true }, (socket) => sendForever(socket, Buffer.alloc(65_536, 0x16))),
  tcp('no-tls-at-all', { tls: true }, (socket) => sendForever(socket, repeated('x'))),
];

/** Ways in which visitors without a log-in try to stop an exporter, each for as long as it is let: what is closed is opened anew. */
import { connect, type Socket } from 'node:net';

export interface Siege {
  /** How many connections were opened, by way. */
  readonly opened: ReadonlyMap<string, number>;
  end(): void;
}

/** How one way uses its connection, as soon as it is open. */
interface Way {
  name: string;
  /** Connections at a time. */
  at: number;
  /** How long it waits before it opens the next one, in milliseconds. */
  pauseMs?: number;
  use(socket: Socket, index: number): void;
}

const ROUTES = [
  ...[
    '/',
    '/board',
    '/metrics',
    '/api/v1/components',
    '/api/v1/components/c1',
    '/api/v1/components/%2e%2e',
    '/nothing',
  ],
  ...[
    '/api/v1/events',
    '/api/v1/events?since=0',
    '/api/v1/events?since=-1e999',
    '/api/v1/export.json',
    '/api/v1/export.csv',
  ],
  ...[
    '/-/healthy',
    '/-/ready',
    '/-/reload',
    '/api/v1/probe',
    '/api/v1/probe/c1',
    '/api/v1/stream',
    '/assets/board.css',
  ],
  ...['/assets/../../package.json', `/${'a'.repeat(15_000)}`, '/metrics?'.padEnd(10_000, 'a=b&'), '/%00', '//', '*'],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'M-SEARCH'];

const request = (path: string, more = '', method = 'GET') => `${method} ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const upgrade = (to = 'websocket', path = '/api/v1/stream') =>
  request(
    path,
    `Upgrade: ${to}\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n`
  );
const MASK = [1, 2, 3, 4];
const frames = (...bytes: number[]) => Buffer.concat(Array<Buffer>(2000).fill(Buffer.from([...bytes, ...MASK])));

/** What no parser of HTTP should take. */
const BAD = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET /\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  request('/', 'Content-Length: 3\r\nContent-Length: 4\r\n', 'POST'),
  `${request('/', 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', 'POST')}0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n`,
  `${request('/', 'Transfer-Encoding: xchunked\r\n', 'POST')}zz\r\n`,
  `${request('/', 'Transfer-Encoding: chunked\r\n', 'POST')}fffffffffffffffff\r\n`,
  request('/', 'a: b\n c: d\r\n e\r\n'),
  request('/', `${'x: y\r\n'.repeat(5000)}`),
  request('/', `cookie: ${'a=b; '.repeat(6000)}\r\n`),
  request('/', 'Host: b\r\n'),
  request('/', '\u0000: x\r\n'),
  'GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\n'.repeat(5000),
  '\u0000'.repeat(20_000),
];

/** Writes as fast as it is taken. */
function pour(socket: Socket, data: Buffer | string): void {
  const next = () => void (socket.destroyed || socket.write(data, 'latin1', () => setImmediate(next)));
  next();
}

function every(socket: Socket, ms: number, act: () => void): void {
  const timer = setInterval(act, ms);
  socket.once('close', () => clearInterval(timer));
}

const basic = (index: number) =>
  `Authorization: Basic ${Buffer.from(`admin:guess-${index}-${Math.random()}`).toString('base64')}\r\n`;

const WAYS: readonly Way[] = [
  {
    name: 'log-ins with guessed passwords',
    at: 20,
    pauseMs: 50,
    use: (socket, index) => void socket.write(request(ROUTES[index % ROUTES.length] as string, basic(index))),
  },
  {
    name: 'log-ins with tokens as long as a head',
    at: 5,
    use: (socket, index) =>
      void socket.write(request('/metrics', `Authorization: Bearer ${`${index}`.padEnd(12_000, 'x')}\r\n`)),
  },
  {
    name: 'bodies that come byte by byte',
    at: 20,
    use(socket) {
      socket.write(request('/-/reload', 'Content-Length: 4000\r\n', 'POST'));
      every(socket, 500, () => socket.write('x'));
    },
  },
  {
    name: 'heads that come byte by byte',
    at: 20,
    use(socket) {
      socket.write('GET / HTTP/1.1\r\n');
      every(socket, 500, () => socket.write('a'));
    },
  },
  { name: 'connections that say nothing', at: 60, use: () => undefined },
  {
    name: 'connections that are half closed',
    at: 20,
    use(socket) {
      socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n');
      socket.end();
    },
  },
  {
    name: 'connections that are reset in the middle of an answer',
    at: 5,
    pauseMs: 20,
    use(socket) {
      socket.write(request('/api/v1/components'));
      socket.once('data', () => socket.resetAndDestroy());
    },
  },
  {
    name: 'readers that never read',
    at: 30,
    use(socket, index) {
      socket.pause();
      socket.write(request(ROUTES[index % 12] as string).repeat(20));
    },
  },
  {
    name: 'readers that read slowly',
    at: 20,
    use(socket) {
      socket.pause();
      socket.write(request('/metrics').repeat(5));
      every(socket, 200, () => socket.read(512) as unknown);
    },
  },
  {
    name: 'requests without end, one after the other',
    at: 10,
    use: (socket) => pour(socket, request('/metrics').repeat(500)),
  },
  {
    name: 'requests to every route, by every method',
    at: 20,
    pauseMs: 10,
    use(socket, index) {
      const method = METHODS[Math.floor(index / ROUTES.length) % METHODS.length] as string;
      socket.write(
        request(ROUTES[index % ROUTES.length] as string, 'Connection: close\r\nContent-Length: 0\r\n', method)
      );
    },
  },
  {
    name: 'what is no HTTP',
    at: 10,
    pauseMs: 20,
    use: (socket, index) => void socket.write(BAD[index % BAD.length] as string, 'latin1'),
  },
  { name: 'upgrades without end', at: 5, use: (socket) => pour(socket, upgrade().repeat(100)) },
  { name: 'upgrades to what there is not', at: 5, use: (socket) => pour(socket, upgrade('h2c', '/')) },
  {
    name: 'streams that are opened and closed at once',
    at: 10,
    pauseMs: 10,
    use(socket) {
      socket.write(upgrade());
      socket.once('data', () => socket.destroy());
    },
  },
  { name: 'streams that are never read', at: 40, use: (socket) => void socket.pause().write(upgrade()) },
  {
    name: 'streams that send pongs without end',
    at: 20,
    use: (socket) => pour(socket, Buffer.concat([Buffer.from(upgrade()), frames(0x8a, 0x80)])),
  },
  {
    name: 'streams that ask for pongs, and never read them',
    at: 20,
    use: (socket) => pour(socket.pause(), Buffer.concat([Buffer.from(upgrade()), frames(0x89, 0x80)])),
  },
  {
    name: 'streams that send empty pieces of a message',
    at: 10,
    use: (socket) =>
      pour(socket, Buffer.concat([Buffer.from(upgrade()), Buffer.from([1, 0x80, ...MASK]), frames(0, 0x80)])),
  },
  {
    name: 'streams that announce frames of 2^62 bytes',
    at: 10,
    use(socket) {
      socket.write(upgrade());
      socket.write(Buffer.from([0x82, 0xff, 0x3f, 255, 255, 255, 255, 255, 255, 255, ...MASK]));
      pour(socket, Buffer.alloc(65_536));
    },
  },
  {
    name: 'streams with texts that are not UTF-8, reserved bits and no mask',
    at: 5,
    use(socket, index) {
      const odd = [
        [0x81, 0x82, ...MASK, 0xff, 0xff],
        [0xf1, 0x80, ...MASK],
        [0x81, 1, 65],
        [0x8f, 0x80, ...MASK],
      ];
      socket.write(upgrade());
      socket.write(Buffer.from(odd[index % odd.length] as number[]));
    },
  },
];

/** Begins all of them, each from addresses of its own; `end` closes all that is open. */
export function besiege(port: number): Siege {
  const opened = new Map(WAYS.map(({ name }) => [name, 0]));
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let over = false;
  let turn = 0;

  function open(way: Way, number: number): void {
    if (over) return;
    const index = turn++;
    opened.set(way.name, (opened.get(way.name) ?? 0) + 1);
    const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + number}` });
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      socket.resume();
      way.use(socket, index);
    });
    socket.once('close', () => {
      sockets.delete(socket);
      const timer = setTimeout(() => {
        timers.delete(timer);
        open(way, number);
      }, way.pauseMs ?? 100);
      timers.add(timer);
    });
  }

  WAYS.forEach((way, number) => {
    for (let i = 0; i < way.at; i++) open(way, number);
  });
  return {
    opened,
    end() {
      over = true;
      timers.forEach(clearTimeout);
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

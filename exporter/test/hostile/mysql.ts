/** Hostile MySQL servers. https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html */
import type { Socket } from 'node:net';
import { greeting, packet, refusal } from '../probes/mysql/packets';
import { sendForever, type Attack } from './twin';

const EOF = [0xfe, 0, 0, 2, 0];
const OK = [0, 0, 0, 2, 0, 0, 0];
const MORE_RESULTS = [0xfe, 0, 0, 8, 0];
const QUERY = 3;
const MOST_BYTES = 0xffffff;

/** Types of columns. */
const [DOUBLE, LONGLONG, DATETIME, JSON_TYPE, VAR_STRING, GEOMETRY] = [5, 8, 12, 245, 253, 255];
const BINARY = 63;

interface Column {
  name: string;
  type?: number;
  charset?: number;
  value: string | Buffer;
}

/** A text with its length before it. */
function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  if (bytes.length < 251) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const head = Buffer.alloc(4);
  head.writeUIntLE(bytes.length, 1, 3);
  head[0] = 0xfd;
  return Buffer.concat([head, bytes]);
}

const definition = (sequence: number, { name, type = VAR_STRING, charset = 45 }: Column) =>
  packet(sequence & 0xff, ...['def', '', '', '', name, ''].map(text), [
    12,
    charset,
    0,
    0,
    0,
    1,
    0,
    type,
    0,
    0,
    0,
    0,
    0,
  ]);

/** All columns and rows of an answer, numbered from 1. */
function answer(rows: readonly (readonly Column[])[], end: number[] = EOF): Buffer {
  const [columns = []] = rows;
  let sequence = 0;
  const next = () => ++sequence & 0xff;
  const count = columns.length < 251 ? [columns.length] : [0xfc, columns.length & 0xff, columns.length >> 8];
  return Buffer.concat([
    packet(next(), count),
    ...columns.map((column) => definition(next(), column)),
    packet(next(), EOF),
    ...rows.map((row) => packet(next(), ...row.map(({ value }) => text(value)))),
    packet(next(), end),
  ]);
}

const ONE: Column = { name: '1', type: LONGLONG, charset: BINARY, value: '1' };
const variables = (values: Record<string, string>): Column[][] =>
  Object.entries(values).map(([name, value]) => [
    { name: 'Variable_name', value: name },
    { name: 'Value', value },
  ]);

/** What each statement of the probe asks for, with honest values. */
function honest(sql: string): Column[][] {
  if (/SLAVE|REPLICA/.test(sql))
    return [
      [
        { name: 'Slave_IO_Running', value: 'Yes' },
        { name: 'Slave_SQL_Running', value: 'Yes' },
        { name: 'Seconds_Behind_Master', type: LONGLONG, value: '0' },
        { name: 'Last_SQL_Error', value: '' },
        { name: 'Last_IO_Error', value: '' },
      ],
    ];
  if (/STATUS/.test(sql))
    return variables({ Threads_connected: '3', Threads_running: '1', Uptime: '100', Slaves_running: '1' });
  return [
    [
      { name: 'max_connections', type: LONGLONG, value: '151' },
      { name: 'read_only', type: LONGLONG, value: '0' },
    ],
  ];
}

/** @param act answers to a statement; `undefined`: honestly */
function speak(
  act: (sql: string, socket: Socket) => Buffer | undefined,
  greets = greeting('mysql_native_password', '10.11.6-MariaDB')
): (socket: Socket) => void {
  return (socket) => {
    let isIn = false;
    socket.write(greets);
    socket.on('data', (data) => {
      if (!isIn) {
        isIn = true;
        return socket.write(packet((data[3] ?? 0) + 1, OK));
      }
      if (data[4] !== QUERY) return socket.end();
      const sql = data.toString('utf8', 5);
      const reply = act(sql, socket);
      if (reply) return reply.length > 0 && socket.write(reply);
      if (/^SELECT 1$/.test(sql)) return socket.write(answer([[ONE]]));
      return socket.write(/^SET/.test(sql) ? packet(1, OK) : answer(honest(sql)));
    });
  };
}

const at = (port: number) => ({
  probe: 'mysql',
  url: `mysql://u:a-password@127.0.0.1:${port}/db`,
  new_connection_interval: '1s',
});

/** The figures' columns are changed: what cannot be read of them is left out. */
const figures = (name: string, change: (column: Column) => Column): Attack => ({
  name: `mysql-${name}`,
  component: at,
  isUp: true,
  serve: speak((sql) =>
    sql.startsWith('S') && !/^(SET|SELECT 1$)/.test(sql) ? answer(honest(sql).map((row) => row.map(change))) : undefined
  ),
});

/** What SELECT 1 is answered by. */
const select = (name: string, act: (socket: Socket) => Buffer, more: Partial<Attack> = {}): Attack => ({
  name: `mysql-${name}`,
  component: at,
  serve: speak((sql, socket) => (sql === 'SELECT 1' ? act(socket) : undefined)),
  ...more,
});

/** Packets whose numbers go on as they should, for ever. */
function forever(socket: Socket, from: number, ...bodies: (Buffer | number[])[]): Buffer {
  // 256 of each: the numbers come round
  const round = Array.from({ length: 256 }, (_, index) =>
    packet((from + index) & 0xff, bodies[index % bodies.length] as number[])
  );
  sendForever(socket, Buffer.concat(round));
  return Buffer.alloc(0);
}

const NOTHING = Buffer.alloc(0);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Collections of geometries in each other: order of bytes, type 7, one element. */
const deepGeometry = Buffer.concat([
  Buffer.alloc(4),
  ...Array<Buffer>(30_000).fill(Buffer.from([1, 7, 0, 0, 0, 1, 0, 0, 0])),
]);

export const MYSQL_ATTACKS: readonly Attack[] = [
  figures('nested-json', (column) => ({ ...column, type: JSON_TYPE, value: '[[[[[[[["x"]]]]]]]]' })),
  figures('deep-json', (column) => ({ ...column, type: JSON_TYPE, charset: BINARY, value: nested(40_000) })),
  figures('json-of-big-numbers', (column) => ({ ...column, type: JSON_TYPE, value: `[${'9'.repeat(100_000)}]` })),
  figures('object-with-tostring', (column) => ({
    ...column,
    type: JSON_TYPE,
    value: '{"toString": 1, "valueOf": 2, "toJSON": 3}',
  })),
  figures('geometries', (column) => ({ ...column, type: GEOMETRY, value: deepGeometry })),
  figures('dates', (column) => ({ ...column, type: DATETIME, value: '9999-99-99 99:99:99' })),
  figures('infinity', (column) => ({ ...column, type: DOUBLE, value: '1e999' })),
  figures('unknown-charset', (column) => ({ ...column, charset: 250 })),
  figures('controls', (column) => ({ ...column, value: `No\u001b[31m\u202e${'1'.repeat(90_000)}` })),
  {
    name: 'mysql-proto',
    component: at,
    // mysql2 refuses the name, and the connection with it
    serve: speak((sql) => (/^SELECT 1$/.test(sql) ? answer([[{ ...ONE, name: '__proto__' }]]) : undefined)),
  },
  select('two', () => answer([[{ ...ONE, value: '2' }]]), { says: /something other than was asked for/ }),
  select('nothing-asked-for', () => packet(1, OK), { says: /something other than was asked for/ }),
  select('endless-rows', (socket) => {
    socket.write(answer([[ONE]]).subarray(0, -9));
    return forever(socket, 5, text('1'));
  }),
  select('endless-wide-rows', (socket) => {
    socket.write(answer([[ONE]]).subarray(0, -9));
    return forever(socket, 5, text('x'.repeat(90_000)));
  }),
  select('many-columns', () => answer([Array.from({ length: 3000 }, () => ({ name: 'x', value: '{}' }))])),
  select('announces-columns', (socket) => {
    socket.write(packet(1, [0xfe, 0, 0, 0, 0, 1, 0, 0, 0]));
    return forever(socket, 2, definition(0, ONE).subarray(4));
  }),
  select('endless-results', (socket) => {
    const [one] = [answer([[ONE]], MORE_RESULTS)];
    const bodies: Buffer[] = [];
    for (let at = 0; at < one.length; at += 4 + one.readUIntLE(at, 3))
      bodies.push(one.subarray(at + 4, at + 4 + one.readUIntLE(at, 3)));
    let number = 1;
    const round = Array.from({ length: 1280 }, (_, index) =>
      packet(number++ & 0xff, bodies[index % bodies.length] as Buffer)
    );
    sendForever(socket, Buffer.concat(round));
    return NOTHING;
  }),
  select('wants-a-file', () => packet(1, [0xfb], '/etc/passwd')),
  select('largest-packet', (socket) => {
    const head = Buffer.alloc(4);
    head.writeUIntLE(MOST_BYTES, 0, 3);
    head[3] = 1;
    socket.write(head);
    sendForever(socket, Buffer.alloc(16_384, 1));
    return NOTHING;
  }),
  select('unasked', (socket) => {
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(answer([[ONE]]))));
    return NOTHING;
  }),
  select('unasked-errors', (socket) => {
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(refusal(1, 1105, 'what'.repeat(20)))));
    return NOTHING;
  }),
  select('long-error', () => refusal(1, 1105, `\u001b[31m\u202e${'x'.repeat(500_000)}`)),
  select('drip', (socket) => {
    // a packet of the largest size, byte by byte
    socket.write(Buffer.from([0, 0, 8, 1]));
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('xx')), 1);
    return NOTHING;
  }),
  {
    name: 'mysql-endless-greeting',
    component: at,
    serve: (socket) => sendForever(socket, Buffer.alloc(16_384, 10)),
  },
  {
    name: 'mysql-endless-log-in',
    component: at,
    // it asks for the password by the same way, again and again
    serve(socket) {
      socket.write(greeting('mysql_native_password'));
      socket.on('data', (data) =>
        socket.write(packet(((data[3] ?? 0) + 1) & 0xff, [0xfe], 'mysql_native_password\0', 'x'.repeat(20), [0]))
      );
    },
  },
];

/** As much as it may answer, each time. */
export const MYSQL_AT_LIMIT: readonly Attack[] = [
  select('much', () => answer(Array.from({ length: 900 }, () => [{ ...ONE, value: 'x'.repeat(1000) }]))),
];

/** A server that serves, for bytes to be changed in what it says. */
export const HONEST_MYSQL: readonly Attack[] = [{ name: 'mysql', component: at, serve: speak(() => undefined) }];

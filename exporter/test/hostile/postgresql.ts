/** Hostile PostgreSQL servers. https://www.postgresql.org/docs/current/protocol-message-formats.html */
import type { Socket } from 'node:net';
import { sendForever, type Attack } from './twin';

const i16 = (value: number) => {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
};
const i32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const text = (value: string) => Buffer.from(`${value}\0`);

function message(type: string, ...body: Buffer[]): Buffer {
  const all = Buffer.concat(body);
  return Buffer.concat([Buffer.from(type), i32(all.length + 4), all]);
}

const READY = message('Z', Buffer.from('I'));
const parameter = (name: string, value: string) => message('S', text(name), text(value));
const LET_IN = [message('R', i32(0)), parameter('server_version', '15.18'), message('K', i32(1), i32(2)), READY];

interface Column {
  name: string;
  /** https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
  oid: number;
  value: string;
  format?: number;
}

const description = (columns: readonly Column[]) =>
  message(
    'T',
    i16(columns.length),
    ...columns.map(({ name, oid, format = 0 }) =>
      Buffer.concat([text(name), i32(0), i16(0), i32(oid), i16(-1), i32(-1), i16(format)])
    )
  );
const row = (columns: readonly Column[]) =>
  message(
    'D',
    i16(columns.length),
    ...columns.map(({ value }) => Buffer.concat([i32(Buffer.byteLength(value)), Buffer.from(value)]))
  );
const done = (tag: string) => message('C', text(tag));
const answer = (columns: readonly Column[]) =>
  Buffer.concat([description(columns), row(columns), done('SELECT 1'), READY]);

const INT = 23;
const JSON_TYPE = 114;
const POINT = 600;
const INTERVAL = 1186;
const INT_ARRAY = 1007;

/** The columns that the statement asks for, with honest values. */
function honest(sql: string): Column[] {
  const names = [...sql.matchAll(/ AS "(\w+)"/g)].map(([, name = '']) => name);
  const valueOf = (name: string) =>
    /^(standby|receives|restores)$/.test(name) ? 'f' : name === 'version' ? '15.18' : '1';
  return names.map((name) => ({ name, oid: INT, value: valueOf(name) }));
}

function speak(act: (sql: string, socket: Socket) => Buffer | undefined, greeting = LET_IN): (socket: Socket) => void {
  return (socket) => {
    let isIn = false;
    socket.on('data', (data) => {
      if (!isIn) {
        // the question for TLS
        if (data.length === 8) return socket.write('N');
        isIn = true;
        return socket.write(Buffer.concat(greeting));
      }
      if (data[0] !== 'Q'.charCodeAt(0)) return undefined;
      const sql = data.toString('utf8', 5, data.length - 1);
      const reply = act(sql, socket);
      if (reply) return reply.length > 0 && socket.write(reply);
      if (!sql.includes(' AS "')) return socket.write(answer([{ name: '?column?', oid: INT, value: '1' }]));
      return socket.write(Buffer.concat([done('SET'), answer(honest(sql))]));
    });
  };
}

const at = (port: number) => ({
  probe: 'postgresql',
  url: `postgresql://u:a-password@127.0.0.1:${port}/db?sslmode=disable`,
  new_connection_interval: '1s',
});

/** Figures whose columns are changed. */
const figures = (name: string, change: (column: Column) => Column, more: Partial<Attack> = {}): Attack => ({
  name: `postgresql-${name}`,
  component: at,
  serve: speak((sql) =>
    sql.includes(' AS "') ? Buffer.concat([done('SET'), answer(honest(sql).map(change))]) : undefined
  ),
  ...more,
});
const select = (name: string, act: (socket: Socket) => Buffer, more: Partial<Attack> = {}): Attack => ({
  name: `postgresql-${name}`,
  component: at,
  serve: speak((sql, socket) => (sql.includes(' AS "') ? undefined : act(socket))),
  ...more,
});

/** Asks for a password by SCRAM, with as many rounds as it likes, and then gives no proof. */
const scram =
  (rounds: number): Attack['serve'] =>
  (socket) => {
    let step = 0;
    socket.on('data', (data) => {
      if (data.length === 8) return socket.write('N');
      step += 1;
      if (step === 1) return socket.write(message('R', i32(10), text('SCRAM-SHA-256'), Buffer.from([0])));
      if (step > 2) return socket.write(message('R', i32(12), Buffer.from('v=AAAA')));
      const nonce = /r=([^,]+)$/.exec(data.toString('latin1'))?.[1] ?? '';
      return socket.write(message('R', i32(11), Buffer.from(`r=${nonce}x,s=QSXCR+Q6sek8bf92,i=${rounds}`)));
    });
  };

const deepJson = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;

export const POSTGRESQL_ATTACKS: readonly Attack[] = [
  figures('nested-json', (column) => ({ ...column, oid: JSON_TYPE, value: '[[[[[[[["x"]]]]]]]]' })),
  figures('deep-json', (column) =>
    column.name === 'maxConnections' ? { ...column, oid: JSON_TYPE, value: deepJson } : column
  ),
  figures('object-with-tostring', (column) => ({
    ...column,
    oid: JSON_TYPE,
    value: '{"toString": 1, "valueOf": 2, "toJSON": 3}',
  })),
  figures('points', (column) => ({ ...column, oid: POINT, value: '(1,2)' })),
  figures('intervals', (column) => ({ ...column, oid: INTERVAL, value: '1 year 2 mons' })),
  figures('arrays', (column) => ({ ...column, oid: INT_ARRAY, value: `${'{'.repeat(4000)}1${'}'.repeat(4000)}` })),
  figures('infinity', (column) => ({ ...column, oid: 701, value: '1e999' })),
  figures('proto', (column) => ({ ...column, name: '__proto__', oid: JSON_TYPE, value: '{"standby": true}' })),
  figures('long-version', (column) =>
    column.name === 'version' ? { ...column, value: `15.\u001b[31m\u202e${'1'.repeat(90_000)}` } : column
  ),
  select('endless-rows', (socket) => {
    const columns = [{ name: 'x', oid: INT, value: '1' }];
    socket.write(description(columns));
    const rows = Array.from({ length: 1000 }, () => row(columns));
    sendForever(socket, Buffer.concat(rows));
    return Buffer.alloc(0);
  }),
  select('endless-wide-rows', (socket) => {
    const columns = [{ name: 'x', oid: 25, value: 'x'.repeat(90_000) }];
    socket.write(description(columns));
    sendForever(socket, row(columns));
    return Buffer.alloc(0);
  }),
  select('many-columns', () =>
    answer(Array.from({ length: 3000 }, () => ({ name: 'x', oid: JSON_TYPE, value: '{}' })))
  ),
  select('endless-results', (socket) => {
    const one = Buffer.concat([description([{ name: 'x', oid: INT, value: '1' }]), done('SELECT 0')]);
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(one)));
    return Buffer.alloc(0);
  }),
  select('endless-notices', (socket) => {
    const notice = message('N', text('SNOTICE'), text('C00000'), text('Mwhat'), Buffer.from([0]));
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(notice)));
    return Buffer.alloc(0);
  }),
  select('endless-parameters', (socket) => {
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(parameter('server_version', '15'))));
    return Buffer.alloc(0);
  }),
  select('unasked', (socket) => {
    sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(Buffer.concat([done('SELECT 1'), READY]))));
    return Buffer.alloc(0);
  }),
  select('drip', (socket) => {
    // a message of the largest size, byte by byte
    socket.write(Buffer.concat([Buffer.from('D'), i32(99_000)]));
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('xx')), 1);
    return Buffer.alloc(0);
  }),
  // each costs a thread some seconds
  ...Array.from({ length: 12 }, (_, index) => ({
    name: `postgresql-costly-password-${index}`,
    component: at,
    serve: scram(1_000_000),
  })),
  { name: 'postgresql-costliest-password', component: at, serve: scram(2_147_483_647) },
  {
    name: 'postgresql-endless-greeting',
    component: at,
    serve: (socket) =>
      socket.once('data', () => sendForever(socket, Buffer.concat(Array<Buffer>(400).fill(parameter('a', 'b'))))),
  },
];

/** As much as it may answer, each time. */
export const POSTGRESQL_AT_LIMIT: readonly Attack[] = [
  select(
    'much',
    () => {
      const columns = [{ name: 'x', oid: 25, value: 'x'.repeat(1000) }];
      return Buffer.concat([description(columns), ...Array<Buffer>(990).fill(row(columns)), done('SELECT 990'), READY]);
    },
    { isUp: true }
  ),
];

/** A server that serves, for bytes to be changed in what it says. */
export const HONEST_POSTGRESQL: readonly Attack[] = [
  { name: 'postgresql', component: at, serve: speak(() => undefined) },
];

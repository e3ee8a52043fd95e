/** The gate on a socket: nobody reads what does not pass, however the reader reads. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gate } from '../../../../src/probes/kit/inbound/gate';
import { LIMITS } from '../../../../src/probes/kit/inbound/limits';

let server: Server;
let peer: Promise<Socket>;
let socket: Socket;

beforeEach(async () => {
  server = createServer((accepted) => accepted.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  peer = once(server, 'connection').then(([accepted]) => accepted as Socket);
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  (await peer).destroy();
  server.close();
  await once(server, 'close');
});

const noX = (packet: Buffer) => {
  if (packet.includes('x')) throw new Error('it says x');
  return 1;
};

test('passes what is good, to a listener of data', async () => {
  gate(socket, noX, 'unreadable');
  (await peer).write('hello');
  expect(String((await once(socket, 'data'))[0])).toBe('hello');
});

test.each(['data', 'readable'])(
  'closes with the error of the inspector, unread, for a listener of "%s"',
  async (event) => {
    gate(socket, noX, 'unreadable');
    const heard: unknown[] = [];
    socket.on(event, (data: unknown) => heard.push(data ?? socket.read()));
    const failed = once(socket, 'error');
    (await peer).write('hello x');
    expect(String(await failed.catch((error: Error) => error.message))).toContain('it says x');
    expect(heard.filter((data) => data !== null)).toEqual([]);
  }
);

test('looks at what had come before', async () => {
  (await peer).write('x');
  await once(socket, 'readable');
  const failed = once(socket, 'error');
  gate(socket, noX, 'unreadable');
  expect(String(await failed.catch((error: Error) => error.message))).toContain('it says x');
});

test('a reader that throws ends the connection, in other words than those of a library', async () => {
  gate(socket, noX, 'it cannot be read');
  socket.on('data', () => {
    throw new TypeError('result.includes is not a function');
  });
  const failed = once(socket, 'error');
  (await peer).write('hello');
  expect(String(await failed.catch((error: Error) => error.message))).toContain('it cannot be read');
});

test('nobody may send without end', async () => {
  gate(socket, () => 0, 'unreadable');
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let said: Error | undefined;
  socket.on('error', (error: Error) => (said = error));
  const from = await peer;
  const piece = Buffer.alloc(65_536);
  const send = () => {
    while (!from.destroyed && from.write(piece));
  };
  from.on('drain', send);
  send();
  await closed;
  expect(said?.message).toMatch(/bytes in a second, which is over the limit/);
  expect(socket.bytesRead).toBeLessThan(LIMITS.bytesPerSecond + 1_000_000);
});

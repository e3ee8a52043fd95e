/** Hosts with several addresses, of which some are dead or far away. Only the resolver is a stand-in; the addresses are real. */
import { freePort } from '@onehertz/demo';
import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createProbe } from '../../../src/probes';
import { attemptOptions, dial } from '../../../src/probes/kit/connect';
import { createBlackHole, type BlackHole } from '../../faults/black-hole';
import { expectSockets, makeTarget, openSockets, refusedPort, runOnce, silentContext } from './helpers';

const original = dns.lookup;
afterEach(() => void (dns.lookup = original));

/** What `many.test` means. */
function resolveTo(...addresses: string[]): void {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  dns.lookup = ((_host: string, { all }: dns.LookupOptions, callback: (...result: unknown[]) => void) =>
    setImmediate(() => (all ? callback(null, found) : callback(null, found[0]?.address, found[0]?.family)))) as never;
}

async function serve(host: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).end()).listen(port, host);
  await once(server, 'listening');
  return server;
}

describe('one address of two swallows all packets', () => {
  let hole: BlackHole;
  let port: number;
  let server: Server;
  beforeAll(async () => {
    port = await freePort();
    hole = createBlackHole();
    await hole.open([port]);
    server = await serve('127.0.0.2', port);
  });
  afterAll(async () => {
    server?.close();
    await hole?.close();
  });
  const probeOf = (timeout: string) =>
    createProbe(makeTarget('tcp', { address: `many.test:${port}`, timeout }), silentContext());

  it('does not use up the time of the other', async () => {
    resolveTo('127.0.0.1', '127.0.0.2');
    const before = openSockets();
    const result = await runOnce(probeOf('800ms'));
    expect(result).toMatchObject({ status: 'healthy' });
    // the time of the address that answers
    expect(result.responseTimeMs).toBeLessThan(100);
    expect(result.elapsedMs).toBeGreaterThan(240);
    await expectSockets(before);
  });

  it('is not waited for when it comes second', async () => {
    resolveTo('127.0.0.2', '127.0.0.1');
    expect((await runOnce(probeOf('800ms'))).elapsedMs).toBeLessThan(240);
  });

  it('leaves time for the other in clients that take one after the other', async () => {
    resolveTo('127.0.0.1', '127.0.0.2');
    const socket = connect({ host: 'many.test', port, ...attemptOptions(800) });
    await once(socket, 'connect');
    expect(socket.remoteAddress).toBe('127.0.0.2');
    socket.destroy();
  });

  it('gives up in time when all do, and leaves nothing open', async () => {
    resolveTo('127.0.0.1', '127.0.0.1');
    const before = openSockets();
    const result = await runOnce(probeOf('800ms'), 400);
    expect(result.error).toMatch(/timed out after 800 ms \(no connection\); is the host up/);
    expect(result.elapsedMs).toBeLessThan(600);
    await expectSockets(before);
  });
});

describe('a far host: its answer takes a second', () => {
  /** Accepts nothing while it is stopped: Linux drops the packet then, and sends it again after a second. */
  const SERVER = `const s = require('net').createServer((c) => c.on('error', () => 0)).listen({port: 0, host: '127.0.0.1', backlog: 1},
    () => console.log(s.address().port))`;

  async function farAway(use: (port: number, arrive: () => void) => Promise<void>): Promise<void> {
    const child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line);
    child.kill('SIGSTOP');
    const fillers: Socket[] = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await delay(100);
    try {
      await use(port, () => child.kill('SIGCONT'));
    } finally {
      fillers.forEach((socket) => socket.destroy());
      child.kill('SIGKILL');
    }
  }

  it('is reached although its other address has no route', () =>
    farAway(async (port, arrive) => {
      resolveTo('127.0.0.1', '::1');
      const probe = createProbe(
        makeTarget('tcp', { address: `many.test:${port}`, interval: '10s', timeout: '5s' }),
        silentContext()
      );
      const run = runOnce(probe, 5000);
      // it is not lost by the next address that is tried meanwhile
      await delay(400);
      arrive();
      expect(await run).toMatchObject({ status: 'healthy' });
      expect((await run).responseTimeMs).toBeGreaterThan(900);
    }));

  it('is reached by clients that take one address after the other', () =>
    farAway(async (port, arrive) => {
      resolveTo('127.0.0.1', '::1');
      const socket = connect({ host: 'many.test', port, ...attemptOptions(5000) });
      await delay(400);
      arrive();
      await once(socket, 'connect');
      socket.destroy();
    }));

  it('is what is left to Node alone lost', () =>
    farAway(async (port, arrive) => {
      resolveTo('127.0.0.1', '::1');
      const failed = once(connect({ host: 'many.test', port }), 'error');
      await delay(400);
      arrive();
      expect(await failed).toHaveLength(1);
    }));
});

it('tells what each address said when none answers', async () => {
  const port = await refusedPort();
  resolveTo('127.0.0.1', '::1', '127.0.0.2');
  const dialing = dial({ host: 'many.test', port });
  await expect(dialing.connected).rejects.toMatchObject({
    errors: expect.arrayContaining([expect.objectContaining({ code: 'ECONNREFUSED' })]) as unknown,
  });
});

it('takes the families by turns', async () => {
  const server = await serve('127.0.0.2', 0);
  const { port } = server.address() as AddressInfo;
  resolveTo('127.0.0.1', '127.0.0.3', '::1', '127.0.0.2');
  const { socket } = await dial({ host: 'many.test', port }).connected;
  expect(socket.remoteAddress).toBe('127.0.0.2');
  socket.destroy();
  server.close();
});

import { waitFor } from '@onehertz/demo';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { abortable, createKeptConnection, type KeptConnection } from '../../../src/probes/kit/kept-connection';
import { Rejection } from '../../../src/text/errors';
import { expectSockets, listen, openSockets, refusedPort, type Listener } from './helpers';

const soon = () => AbortSignal.timeout(800);
const within = (what: string) => ({ timeoutMs: 5000, what });

/** Opens a socket that counts as connected after the server's first data. */
function openSocket(port: number) {
  return (signal: AbortSignal, lost: (error: Error) => void): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let failure = new Error('closed by the server');
      signal.addEventListener('abort', () => {
        failure = signal.reason as Error;
        socket.destroy();
      });
      socket.on('error', (error) => (failure = error));
      socket.on('close', () => (reject(failure), lost(failure)));
      socket.once('data', () => resolve(socket));
    });
}
const greeting = (socket: Socket) => void socket.write('hello');

describe('createKeptConnection', () => {
  let kept: KeptConnection<Socket>;
  const listeners: Listener[] = [];
  let changes = 0;

  const serve = async (onConnection: (socket: Socket) => void, port?: number) => {
    const listener = await listen(onConnection, port);
    listeners.push(listener);
    return listener;
  };
  const keep = (port: number, delays: { minDelayMs?: number; maxDelayMs?: number } = {}) => {
    kept = createKeptConnection({
      open: openSocket(port),
      destroy: (socket) => socket.destroy(),
      openTimeoutMs: 200,
      minDelayMs: 20,
      maxDelayMs: 40,
      ...delays,
    });
    changes = 0;
    kept.onChange(() => (changes += 1));
  };
  const failure = () =>
    kept.get(soon()).then(
      () => 'open',
      (error: Error & { code?: string }) => error.code ?? error.message
    );
  /** A connection must live longer than `maxDelayMs` to count as successful. */
  const outlive = (ms: number) => {
    const started = performance.now();
    return waitFor(() => performance.now() - started > ms, within('time to pass'));
  };

  test('retries a server that rejected it after seconds, and immediately on request', async () => {
    let attempts = 0;
    kept = createKeptConnection<Socket>({
      open: () => {
        attempts += 1;
        return Promise.reject(new Rejection('password authentication failed'));
      },
      destroy: (socket) => socket.destroy(),
      openTimeoutMs: 200,
      minDelayMs: 1,
      maxDelayMs: 2,
    });
    expect(await failure()).toBe('password authentication failed');
    await outlive(300);
    // meanwhile every run gets the error immediately
    expect(await failure()).toBe('password authentication failed');
    expect(attempts).toBe(1);
    kept.retryNow();
    await waitFor(() => attempts === 2, within('the attempt'));
  });

  afterEach(async () => {
    kept.close();
    await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  });

  it('opens nothing before it is used, then one connection for all callers', async () => {
    const server = await serve(greeting);
    keep(server.port);
    expect(server.accepted).toBe(0);
    const [first, second] = await Promise.all([kept.get(soon()), kept.get(soon())]);
    expect(second).toBe(first);
    expect(await kept.get(soon())).toBe(first);
    expect([server.accepted, changes]).toEqual([1, 0]);
  });

  it('waits only for the first attempt; then fails immediately while attempts continue, and recovers by itself', async () => {
    const port = await refusedPort();
    keep(port);
    expect(await failure()).toBe('ECONNREFUSED');
    const started = performance.now();
    for (let i = 0; i < 100; i += 1) expect(await failure()).toBe('ECONNREFUSED');
    expect(performance.now() - started).toBeLessThan(500);
    await serve(greeting, port);
    await waitFor(() => changes === 1, within('it to come back'));
    expect(await failure()).toBe('open');
  });

  it('reports immediately that the connection was lost, and again when it is reopened', async () => {
    const server = await serve(greeting);
    keep(server.port);
    const first = await kept.get(soon());
    await outlive(60);
    server.kick();
    await waitFor(() => changes === 2, within('lost and regained'));
    const second = await kept.get(soon());
    expect(second).not.toBe(first);
    expect(server.accepted).toBe(2);
  });

  it('lets callers after a loss wait for the new attempt', async () => {
    const server = await serve(greeting);
    keep(server.port);
    await kept.get(soon());
    await outlive(60);
    const asked = new Promise<string>((resolve) => kept.onChange(() => resolve(failure())));
    await server.close();
    expect(await asked).toBe('ECONNREFUSED');
  });

  it('does not reconnect in a tight loop to a server that closes connections immediately', async () => {
    const server = await serve((socket) => {
      greeting(socket);
      setImmediate(() => socket.destroy());
    });
    keep(server.port, { minDelayMs: 50, maxDelayMs: 100 });
    await failure();
    await outlive(500);
    // without backoff it would be hundreds; 50 + 100 + 100 + … ms
    expect(server.accepted).toBeGreaterThan(2);
    expect(server.accepted).toBeLessThan(9);
  });

  it('aborts an attempt without a response, and reports how long it waited', async () => {
    const server = await serve(() => undefined);
    keep(server.port);
    expect(await failure()).toBe('timed out after 200 ms (no reply)');
    const started = performance.now();
    expect(await failure()).toBe('timed out after 200 ms (no reply)');
    expect(performance.now() - started).toBeLessThan(100);
    await waitFor(() => server.accepted >= 2, within('another attempt'));
    expect(server.open).toBeLessThanOrEqual(2);
  });

  it('rejects callers at the timeout, and keeps the attempt', async () => {
    const server = await serve((socket) => setTimeout(() => greeting(socket), 100));
    keep(server.port);
    await expect(kept.get(AbortSignal.timeout(20))).rejects.toThrow();
    expect(await failure()).toBe('open');
    expect(server.accepted).toBe(1);
  });

  it('drops a hanging connection: closed immediately, not reported as lost, reported when reopened', async () => {
    const server = await serve(greeting);
    keep(server.port);
    const hung = await kept.get(soon());
    kept.drop(new Error('it hangs'));
    expect(hung.destroyed).toBe(true);
    expect(await failure()).toBe('it hangs');
    await waitFor(() => changes === 1, within('a new connection'));
    expect(await failure()).toBe('open');
  });

  it('does not drop the successor of the hanging connection', async () => {
    const server = await serve(greeting);
    keep(server.port);
    const old = await kept.get(soon());
    server.kick();
    await waitFor(() => changes >= 2, within('lost and regained'));
    kept.drop(new Error('it hangs'), old);
    expect(await failure()).toBe('open');
  });

  it('survives factories that throw and destructors that report a loss', async () => {
    const server = await serve(greeting);
    let attempts = 0;
    let report: (error: Error) => void = () => undefined;
    kept = createKeptConnection<Socket>({
      open(signal, lost) {
        attempts += 1;
        if (attempts === 1) throw new Error('thrown, not rejected');
        report = lost;
        return openSocket(server.port)(signal, lost);
      },
      destroy(socket) {
        socket.destroy();
        report(new Error('reported while it is destroyed'));
      },
      openTimeoutMs: 200,
      minDelayMs: 20,
      maxDelayMs: 40,
    });
    expect(await failure()).toBe('thrown, not rejected');
    await waitFor(async () => (await failure()) === 'open', within('the second attempt'));
    kept.drop(new Error('dropped'));
    expect(await failure()).toBe('dropped');
    await waitFor(async () => (await failure()) === 'open', within('the third attempt'));
    expect(attempts).toBe(3);
  });

  it('destroys a connection that is opened after its attempt was aborted', async () => {
    let deliver: (socket: string) => void = () => undefined;
    const destroyed: string[] = [];
    const slow = createKeptConnection<string>({
      open: () => new Promise((resolve) => (deliver = resolve)), // ignores its signal
      destroy: (connection) => void destroyed.push(connection),
      openTimeoutMs: 30,
      minDelayMs: 60_000,
    });
    await expect(slow.get(soon())).rejects.toThrow('timed out after 30 ms (no reply)');
    deliver('too late');
    await waitFor(() => destroyed.length > 0, within('it to be destroyed'));
    expect(destroyed).toEqual(['too late']);
    await expect(slow.get(soon())).rejects.toThrow('timed out after 30 ms (no reply)');
    slow.close();
  });

  it("prefers the attempt's own error", async () => {
    const telling = createKeptConnection<string>({
      open: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('it talks nonsense')))),
      destroy: () => undefined,
      openTimeoutMs: 30,
      minDelayMs: 60_000,
    });
    await expect(telling.get(soon())).rejects.toThrow('it talks nonsense');
    telling.close();
  });

  it('gives an attempt at least as long as callers wait, and them the reason when it fails', async () => {
    const patient = createKeptConnection<string>({
      open: () => delay(150).then(() => 'open'),
      destroy: () => undefined,
      openTimeoutMs: { minDelayMs: 50, maxDelayMs: 100 },
      waitMs: 2000,
      minDelayMs: 60_000,
    });
    expect(await patient.get(soon())).toBe('open');
    patient.close();
    let attempts = 0;
    let isOver = false;
    const silent = createKeptConnection<string>({
      open: (signal) => {
        attempts += 1;
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            isOver = true;
            reject(signal.reason as Error);
          })
        );
      },
      destroy: () => undefined,
      openTimeoutMs: { minDelayMs: 20, maxDelayMs: 40 },
      waitMs: 50,
      minDelayMs: 60_000,
    });
    await expect(silent.get(soon())).rejects.toThrow('timed out after 50 ms (no reply)');
    await waitFor(() => isOver, within('the end of the attempt'));
    await expect(silent.get(soon())).rejects.toThrow('timed out after 50 ms (no reply)');
    expect(attempts).toBe(1);
    silent.close();
  });

  it.each([
    ['a rejection stays', new Rejection('wrong password'), 'wrong password'],
    ['another failure does not stay', new Error('connection refused'), 'timed out after 50 ms (no reply)'],
  ])('while the next attempt takes long, %s what is said', async (_, failed, said) => {
    let attempts = 0;
    const slow = createKeptConnection<string>({
      open: (signal) => {
        attempts += 1;
        if (attempts === 1) return Promise.reject(failed);
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('closed'))));
      },
      destroy: () => undefined,
      openTimeoutMs: { minDelayMs: 60_000, maxDelayMs: 60_000 },
      waitMs: 50,
      minDelayMs: 1,
    });
    const error = () => slow.get(soon()).catch(({ message }: Error) => message);
    expect(await error()).toBe(failed.message);
    slow.retryNow();
    await waitFor(() => attempts === 2, within('the second attempt'));
    const begun = performance.now();
    await waitFor(() => performance.now() - begun > 100, within('its callers to be told'));
    expect(await error()).toBe(said);
    slow.close();
  });

  it('treats a connection as lost that broke before it was returned', async () => {
    const destroyed: string[] = [];
    const early = createKeptConnection<string>({
      open: (_signal, lost) => {
        lost(new Error('broken'));
        return Promise.resolve('connection');
      },
      destroy: (connection) => void destroyed.push(connection),
      openTimeoutMs: 30,
      minDelayMs: 60_000,
    });
    await expect(early.get(soon())).rejects.toThrow('broken');
    expect(destroyed).toEqual(['connection']);
    early.close();
  });

  it.each(['open', 'opening', 'waiting'])(
    'leaves no socket and no attempt when it is closed while %s',
    async (state) => {
      const before = openSockets();
      const server = await serve(state === 'open' ? greeting : () => undefined);
      const quiet = openSockets();
      keep(state === 'waiting' ? await refusedPort() : server.port);
      const pending = failure();
      if (state === 'opening') await waitFor(() => server.accepted === 1, within('the attempt'));
      else await pending;
      kept.close();
      expect(await pending).toBe({ open: 'open', opening: 'closed', waiting: 'ECONNREFUSED' }[state]);
      expect(await failure()).toBe('closed');
      await expectSockets(quiet);
      const { accepted } = server;
      await outlive(100);
      expect([server.accepted, server.open, changes]).toEqual([accepted, 0, 0]);
      await server.close();
      await expectSockets(before);
    }
  );
});

describe('abortable', () => {
  it('settles as the promise does, and leaves no listener on the signal', async () => {
    const controller = new AbortController();
    expect(await abortable(Promise.resolve(1), controller.signal)).toBe(1);
    await expect(abortable(Promise.reject(new Error('no')), controller.signal)).rejects.toThrow('no');
    controller.abort(new Error('late'));
    await expect(abortable(Promise.reject(new Error('no')), controller.signal)).rejects.toThrow('late');
  });

  it('rejects with the reason as soon as the signal aborts', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => undefined), controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

/** An exporter that stands still, with servers in separate processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createProbe } from '../../src/probes';
import type { SafeProbe, SafeResult } from '../../src/probes/probe';
import { createRunner, type CompletedProbe } from '../../src/schedule/runner';
import { visible } from '../../src/text/safe-text';
import { makeTarget, silentContext } from '../probes/kit/helpers';

/** Answers each byte immediately; `hang`: never. */
const SERVER = `require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  if (process.argv[1] !== 'hang') socket.pipe(socket);
  else socket.resume();
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
/** Each request follows the previous response, as in a login: polling the sockets once is not enough. */
const ROUND_TRIPS = 4;
const TIMEOUT_MS = 400;

const servers: ChildProcess[] = [];
afterAll(() => servers.forEach((server) => server.kill('SIGKILL')));

async function startServer(kind: 'echo' | 'hang', script = SERVER): Promise<number> {
  const server = spawn(process.execPath, ['-e', script, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return Number(line);
}

function probeOf(port: number): SafeProbe {
  return {
    run: (signal) =>
      new Promise<SafeResult>((resolve, reject) => {
        const begun = performance.now();
        const socket = connect(port, '127.0.0.1', () => socket.write('x'));
        let trips = 0;
        const end = (settle: () => void) => {
          socket.destroy();
          settle();
        };
        socket.on('error', (error) => end(() => reject(error)));
        socket.on('data', () => {
          if (++trips < ROUND_TRIPS) return void socket.write('x');
          end(() => resolve({ status: 'healthy', responseTimeMs: performance.now() - begun }));
        });
        signal.addEventListener('abort', () =>
          end(() => resolve({ status: 'unhealthy', error: visible('gave up', 100) }))
        );
      }),
    close: () => Promise.resolve(),
  };
}

/** Keeps this thread busy for `busyMs` again and again, with `freeMs` between. */
async function standStill(times: number, busyMs: number, freeMs: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const until = performance.now() + busyMs;
    while (performance.now() < until);
    await delay(freeMs);
  }
}

async function watch(kind: 'echo' | 'hang', standing: () => Promise<void>) {
  const results: CompletedProbe[] = [];
  let withoutVerdict = 0;
  const runner = createRunner({
    probe: probeOf(await startServer(kind)),
    timeoutMs: TIMEOUT_MS,
    onResult: (result) => results.push(result),
    onNoVerdict: () => withoutVerdict++,
  });
  const begun = performance.now();
  const ended = runner.run();
  const busy = standing();
  await ended;
  const tookMs = performance.now() - begun;
  await busy;
  await runner.close();
  return { result: results[0], results, withoutVerdict, tookMs };
}

it.each([
  ['a long standstill', 1, 700, 0],
  ['many short ones', 10, 150, 5],
  ['one that ends just before the deadline', 1, 395, 0],
  ['busy most of the time', 30, 60, 2],
])(
  'never reports a component as down that responds immediately, despite its own lateness: %s',
  async (_name, times, busy, free) => {
    const { result, withoutVerdict } = await watch('echo', () => standStill(times, busy, free));
    if (result) expect(result).toMatchObject({ status: 'healthy', outcome: 'success' });
    else expect(withoutVerdict).toBe(1);
    // the measured time is this process' own
    expect(result?.responseTimeMs ?? 0).toBeLessThanOrEqual(TIMEOUT_MS);
  }
);

it('gives a component that does not respond its whole timeout, then reports it as down', async () => {
  const { result, tookMs } = await watch('hang', () => standStill(2, 100, 20));
  expect(result).toMatchObject({ status: 'unhealthy', outcome: 'timeout' });
  expect(tookMs).toBeGreaterThan(TIMEOUT_MS + 100);
});

it('has no verdict on a component that had no time to respond, and does not wait forever', async () => {
  const { results, withoutVerdict, tookMs } = await watch('hang', () => standStill(16, 95, 2));
  expect([results, withoutVerdict]).toEqual([[], 1]);
  expect(tookMs).toBeLessThan(TIMEOUT_MS * 3);
});

it('is as fast as usual without standstills', async () => {
  const { result, tookMs } = await watch('hang', () => Promise.resolve());
  expect(result).toMatchObject({ outcome: 'timeout' });
  expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
});

/** Answers HTTP requests after 60 ms with what the health check of a service says. */
const WEB = `require('node:http').createServer((request, response) => {
  setTimeout(() => response.setHeader('content-type', 'application/json').end('{"status":"ok"}'), 60);
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

it('tells the time of an answer that came after a standstill, and not one that has the standstill in it', async () => {
  const port = await startServer('echo', WEB);
  const results: CompletedProbe[] = [];
  const runner = createRunner({
    probe: createProbe(makeTarget('http', { url: `http://127.0.0.1:${port}/health` }), silentContext()),
    timeoutMs: TIMEOUT_MS,
    onResult: (result) => results.push(result),
  });
  // while the connection is made
  const first = runner.run();
  await standStill(1, 300, 0);
  await first;
  // while the answer is on its way
  const second = runner.run();
  await delay(20);
  await standStill(1, 300, 0);
  await second;
  await runner.close();
  expect(results).toMatchObject([{ status: 'healthy' }, { status: 'healthy' }]);
  // a lower bound, as undici compiles its parser while the first answer is on its way
  expect(results[0]?.responseTimeMs).toBeGreaterThan(0);
  expect(results[0]?.responseTimeMs).toBeLessThan(200);
  expect(results[1]?.responseTimeMs).toBeUndefined();
});

/** What the tests of all probes share: targets, runs with a deadline, misbehaving listeners, a count of open sockets. */
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import { COMPONENT_SCHEMAS, type ProbeName, type Target } from '../../../src/probes';
import type { Probe, ProbeContext, ProbeResult } from '../../../src/probes/probe';
import { describeError } from '../../../src/text/errors';

/**
 * A target as the configuration makes it: `fields` go through the schema of the probe, so a typo fails the test.
 * Defaults: the probe's name, interval 1 s, timeout 800 ms.
 */
export function makeTarget<P extends ProbeName>(probe: P, fields: Record<string, unknown>): Target<P> {
  const parsed = COMPONENT_SCHEMAS[probe].parse({
    probe,
    name: probe,
    interval: '1s',
    timeout: '800ms',
    ...fields,
  });
  const { display_name = parsed.name, degraded_threshold = 1 } = parsed;
  return { ...parsed, display_name, degraded_threshold } as unknown as Target<P>;
}

/** A logger that writes nowhere and remembers all: `text()` is what a person would have read, for searching secrets in it. */
export function recordingLog(): { log: Logger; text(): string } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: pino({ level: 'trace' }, stream), text: () => lines.join('') };
}

/** The context that a probe's factory wants, for tests that do not look at the log. */
export const silentContext = (): Pick<ProbeContext, 'log'> => ({ log: recordingLog().log });

export interface Run extends ProbeResult {
  /** From the call to the moment the run settled. */
  elapsedMs: number;
  /** Whether the deadline had passed by then. */
  timedOut: boolean;
}

/** Runs a probe once under a deadline, as the scheduler does; what it throws becomes an `unhealthy` result. */
export async function runOnce(probe: Probe, timeoutMs = 800): Promise<Run> {
  const signal = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  let result: ProbeResult;
  try {
    result = await probe.run(signal);
  } catch (error) {
    result = { status: 'unhealthy', error: describeError(error) };
  }
  return { ...result, elapsedMs: performance.now() - started, timedOut: signal.aborted };
}

/** Runs a probe again and again, one run at a time, until a result is as wanted; fails with the last result. */
export async function runUntil(
  probe: Probe,
  wanted: (result: Run) => boolean,
  { timeoutMs = 800, withinMs = 10_000, pauseMs = 20 } = {}
): Promise<Run> {
  const end = performance.now() + withinMs;
  for (;;) {
    const result = await runOnce(probe, timeoutMs);
    if (wanted(result)) return result;
    if (performance.now() > end) throw new Error(`not as wanted within ${withinMs} ms: ${JSON.stringify(result)}`);
    await delay(pauseMs);
  }
}

/** Resolves at the next `onConnectionChange` with the milliseconds since this call; rejects after `withinMs`. */
export function nextChange(probe: Probe, withinMs = 5000): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no connection change within ${withinMs} ms`)), withinMs);
    probe.onConnectionChange?.(() => {
      clearTimeout(timer);
      resolve(performance.now() - started);
    });
  });
}

export interface Listener {
  readonly port: number;
  /** Connections taken so far. */
  readonly accepted: number;
  /** Those that are open now. */
  readonly open: number;
  /** Closes the connections that are open now. */
  kick(): void;
  /** Stops listening, too; idempotent. */
  close(): Promise<void>;
}

/** A TCP server on 127.0.0.1; `onConnection` gets each socket. Its errors are of no interest. */
export async function listen(onConnection: (socket: Socket) => void, port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    kick() {
      sockets.forEach((socket) => socket.destroy());
    },
    async close() {
      if (!server.listening) return;
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}

/** Passes on what comes to it to the server at `port` of 127.0.0.1, and back: to count the connections of one client among others. */
export const listenBefore = (port: number): Promise<Listener> =>
  listen((socket) => {
    const server = connect(port, '127.0.0.1').setNoDelay();
    server.on('error', () => undefined).on('close', () => socket.destroy());
    socket.setNoDelay().on('close', () => server.destroy());
    socket.pipe(server).pipe(socket);
  });

/** Takes connections and requests and never says a word. */
export const listenSilently = (): Promise<Listener> => listen((socket) => socket.resume());

/** Answers every connection, and everything it is told, with bytes that belong to no protocol. */
export function listenGarbage(
  garbage: Buffer = Buffer.from('\x16\x03no such protocol\r\n\0\xff\xfe\r\n'.repeat(8), 'latin1')
) {
  return listen((socket) => {
    socket.write(garbage);
    socket.on('data', () => socket.write(garbage));
  });
}

/** A port on which nobody listens. */
export async function refusedPort(): Promise<number> {
  const listener = await listen(() => undefined);
  await listener.close();
  return listener.port;
}

/** How many sockets this process has open, pipes to children included: a probe must leave as many as it found. */
export function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // the descriptor of the listing itself
    }
  }).length;
}

/** Waits until no more sockets are open than `expected`: closing takes a turn or two of the event loop. */
export async function expectSockets(expected: number, withinMs = 1000): Promise<void> {
  const end = performance.now() + withinMs;
  while (openSockets() > expected && performance.now() < end) await delay(10);
  expect(openSockets()).toBeLessThanOrEqual(expected);
}

const CLOSE_WAIT = '08';

/** How many connections to a port of 127.0.0.1 have been given up, and not been looked at by their server yet. Source: proc(5), /proc/net/tcp. */
export function givenUpConnections(port: number): number {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, place, , state]) => place === local && state === CLOSE_WAIT).length;
}

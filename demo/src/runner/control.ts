/** The protocol between a running demo and a second terminal: one JSON line in each direction over a Unix socket. */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type ControlRequest = { command: 'kill' | 'freeze' | 'restore'; name: string } | { command: 'status' };

export interface ControlReply {
  ok: boolean;
  /** Shown to the user. */
  text: string;
}

/** Nothing listens on the socket. */
class NoDemoError extends Error {}

/** One demo per user, unless another socket is given. */
export function defaultSocketPath(): string {
  return join(tmpdir(), `onehertz-demo-${process.getuid?.() ?? 'user'}.sock`);
}

/**
 * Answers requests until closed, which removes the socket.
 * @throws Error if another demo already listens on it
 */
export async function serveControl(
  path: string,
  answer: (request: ControlRequest) => Promise<ControlReply>
): Promise<{ close(): void }> {
  if (await isAnswered(path))
    throw new Error(
      `a demo runs already (${path}): end it with Ctrl-C, or give this one a socket of its own with --socket`
    );
  // left behind by a killed process
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    createInterface(socket).once('line', (line) => {
      void reply(line, answer).then((result) => socket.end(`${JSON.stringify(result)}\n`));
    });
  });
  await listen(server, path);
  chmodSync(path, 0o600);
  return { close: () => server.close() };
}

async function reply(line: string, answer: (request: ControlRequest) => Promise<ControlReply>): Promise<ControlReply> {
  try {
    return await answer(JSON.parse(line) as ControlRequest);
  } catch (error) {
    return { ok: false, text: (error as Error).message };
  }
}

/** Sends one request to the running demo. @throws NoDemoError */
export async function askDemo(path: string, request: ControlRequest): Promise<ControlReply> {
  const socket = await open(path).catch(() => {
    throw new NoDemoError(`no demo is running (nobody answers at ${path}); start one with: npm run demo`);
  });
  socket.write(`${JSON.stringify(request)}\n`);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const lines = createInterface(socket);
    lines.once('line', (line) => {
      socket.destroy();
      resolve(JSON.parse(line) as ControlReply);
    });
    lines.once('close', () => reject(new NoDemoError('the demo ended before it answered')));
  });
}

async function isAnswered(path: string): Promise<boolean> {
  return open(path).then(
    (socket) => {
      socket.destroy();
      return true;
    },
    () => false
  );
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', reject);
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`the control socket ${path} cannot be made: ${error.message}`)));
    server.listen(path, resolve);
  });
}

import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { requireProgram } from './programs';
import { placeFor, startServer, type RunningServer, type ServerOptions } from './running-server';

export interface RedisOptions extends ServerOptions {
  /** Password for all clients; default: none. */
  password?: string;
}

/** Starts a Redis that keeps its data when killed (append-only file). @throws MissingProgramError */
export async function startRedis(options: RedisOptions = {}): Promise<RunningServer> {
  const program = requireProgram('redis-server');
  const place = await placeFor('redis', options);
  const { port, directory } = place;
  const { password } = options;
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'];
  if (password !== undefined) args.push('--requirepass', password);
  return startServer(
    {
      name: 'redis',
      commands: [{ program, args }],
      url: urlOf(port, password),
      ready: () => answersPing(port),
    },
    place,
    options.onLine
  );
}

export interface OwnRedisOptions extends RedisOptions {
  name: string;
  /** Lines of its configuration file, which it may rewrite. */
  settings: readonly string[];
  args?: readonly string[];
}

/** Starts a Redis, or what else its program can be, with the settings of its own. @throws MissingProgramError */
export async function startRedisWith(options: OwnRedisOptions): Promise<RunningServer> {
  const { name, settings, args = [], password } = options;
  const program = requireProgram('redis-server');
  const place = await placeFor(name, options);
  const { port, directory } = place;
  const file = join(directory, 'redis.conf');
  const secret = password === undefined ? [] : [`requirepass ${password}`];
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, ...secret, ...settings, ''];
  writeFileSync(file, lines.join('\n'), { mode: 0o600 });
  return startServer(
    {
      name,
      commands: [{ program, args: [file, ...args] }],
      url: urlOf(port, password),
      ready: () => answersPing(port),
    },
    place,
    options.onLine
  );
}

export interface SentinelOptions extends ServerOptions {
  master: { port: number };
  /** Of the master. */
  password?: string;
  /** How many Sentinels must agree; default: 1. */
  quorum?: number;
  /** How long a master may be silent, in milliseconds; default: 300. */
  downAfterMs?: number;
}

/** Starts a Sentinel that watches the master `main`; others that watch it are found through that. @throws MissingProgramError */
export function startSentinel(options: SentinelOptions): Promise<RunningServer> {
  const { master, password, quorum = 1, downAfterMs = 300, ...more } = options;
  const settings = [
    `sentinel monitor main 127.0.0.1 ${master.port} ${quorum}`,
    ...(password === undefined ? [] : [`sentinel auth-pass main ${password}`]),
    `sentinel down-after-milliseconds main ${downAfterMs}`,
    'sentinel failover-timeout main 60000',
  ];
  return startRedisWith({ ...more, name: 'redis-sentinel', settings, args: ['--sentinel'] });
}

const urlOf = (port: number, password?: string) =>
  `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;

/** Without a client library, so that no password is needed, and no PING: whatever it says, it serves, unless it is `-LOADING`. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 }, () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(!answer.toString().startsWith('-LOADING'));
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer to PING')));
  });
}

import { connect } from 'node:net';
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
      url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
      ready: () => answersPing(port),
    },
    place,
    options.onLine
  );
}

/** Without a client library, so that no password is needed: `-NOAUTH` counts as an answer, `-LOADING` does not. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 }, () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(answer.toString()));
    });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no answer to PING')));
  });
}

/** What rabbitmqctl does in a broker that was started here: the same calls, without the Erlang that each rabbitmqctl starts for itself. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from './programs';
import type { RunningServer } from './running-server';

/**
 * Evaluates Erlang in the broker, as `rabbitmqctl eval`. Where its node is, is told by the environment of the server.
 * @param code with the full stop; its last value is `ok`
 * @throws Error with what came back when it is another one
 */
export async function evaluateErlang(server: RunningServer, code: string): Promise<void> {
  const env: NodeJS.ProcessEnv = {};
  for (const entry of readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0'))
    env[entry.replace(/=.*/s, '')] = entry.replace(/^[^=]*=/, '');
  const cookie = readFileSync(join(env.HOME as string, '.erlang.cookie'), 'utf8').trim();
  const args = ['-r', '-c', cookie, '-n', env.RABBITMQ_NODENAME as string, '-e'];
  const running = promisify(execFile)(requireProgram('erl_call'), args, { env });
  running.child.stdin?.end(`${code}\n`);
  const { stdout } = await running;
  if (stdout.trim() !== '{ok, ok}') throw new Error(`the broker was told ${code} and says: ${stdout.trim()}`);
}

/** @param rights patterns of what it may configure, write and read in the virtual host `/` */
export async function addRabbitmqUser(
  server: RunningServer,
  name: string,
  password: string,
  rights: readonly [configure: string, write: string, read: string]
): Promise<void> {
  const call = (what: string, ...args: string[]) =>
    `rabbit_auth_backend_internal:${what}(${args.map((text) => `<<"${text}">>`).join(', ')})`;
  const calls = [
    call('add_user', name, password, 'onehertz'),
    call('set_permissions', name, '/', ...rights, 'onehertz'),
  ];
  await evaluateErlang(server, `${calls.join(', ')}, ok.`);
}

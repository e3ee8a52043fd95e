/** What rabbitmqctl does in a broker that a test has started: the same calls, without the Erlang that each rabbitmqctl starts for itself. */
import { requireProgram, type RunningServer } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Evaluates Erlang in the broker, as `rabbitmqctl eval`. Where its node is, is told by the environment of the server.
 * @param code with the full stop; its last value is `ok`
 * @throws Error with what came back when it is another one
 */
export async function evaluate(server: RunningServer, code: string): Promise<void> {
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

/** Runs `body` while the broker's memory alarm is on: it takes no messages then. */
export async function withMemoryAlarm(server: RunningServer, body: () => Promise<void>): Promise<void> {
  // as `rabbitmqctl set_vm_memory_high_watermark`
  const setHighWatermark = (limit: string) =>
    evaluate(server, `vm_memory_monitor:set_vm_memory_high_watermark(${limit}).`);
  await setHighWatermark('{absolute, "1MB"}');
  try {
    await body();
  } finally {
    await setHighWatermark('0.4');
  }
}

/** Runs `body` while the broker's node is in maintenance mode. */
export async function inMaintenance(server: RunningServer, body: () => Promise<void>): Promise<void> {
  // as `rabbitmq-upgrade`
  await evaluate(server, 'rabbit_maintenance:drain().');
  try {
    await body();
  } finally {
    await evaluate(server, 'rabbit_maintenance:revive().');
  }
}

/** rabbitmqctl for a broker that a test has started, told by the environment of that server where it is. */
import { findProgram, type RunningServer } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const rabbitmqctl = (server: RunningServer, ...args: string[]) => run('rabbitmqctl', server, args);

/** Puts a node into maintenance mode (`drain`), and takes it out of it (`revive`). */
export const rabbitmqUpgrade = (server: RunningServer, ...args: string[]) => run('rabbitmq-upgrade', server, args);

async function run(tool: string, server: RunningServer, args: string[]): Promise<void> {
  const entries = readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0');
  const env: NodeJS.ProcessEnv = {};
  for (const entry of entries) env[entry.replace(/=.*/s, '')] = entry.replace(/^[^=]*=/, '');
  const program = join(dirname(findProgram('rabbitmq-server') as string), tool);
  await promisify(execFile)(program, ['--node', env.RABBITMQ_NODENAME as string, ...args], { env });
}

/** Runs `body` while the broker's memory alarm is on: it takes no messages then. */
export async function withMemoryAlarm(server: RunningServer, body: () => Promise<void>): Promise<void> {
  await rabbitmqctl(server, 'set_vm_memory_high_watermark', 'absolute', '1MB');
  try {
    await body();
  } finally {
    await rabbitmqctl(server, 'set_vm_memory_high_watermark', '0.4');
  }
}

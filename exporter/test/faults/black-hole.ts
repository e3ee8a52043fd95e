/** Ports that swallow connection requests, see black-hole.py. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BlackHole {
  /** Takes these ports, which must be free; resolves when each of them swallows. */
  open(ports: readonly number[]): Promise<void>;
  /** Lets go of them. */
  close(): Promise<void>;
}

/** Started beforehand: between the moment that a port is free and the one that it swallows, it refuses. */
export function createBlackHole(): BlackHole {
  const child = spawn('python3', [join(__dirname, 'black-hole.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  return {
    async open(ports) {
      const ready = once(child.stdout, 'data');
      child.stdin.write(`${ports.join(' ')}\n`);
      await Promise.race([ready, exited.then(() => Promise.reject(new Error('the black hole ended')))]);
    },
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}

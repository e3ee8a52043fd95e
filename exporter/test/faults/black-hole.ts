/** Ports that swallow connection requests, see black-hole.py. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BlackHole {
  /** Occupies these ports, which must be free; resolves when each of them drops connection requests. */
  open(ports: readonly number[]): Promise<void>;
  /** Releases them. */
  close(): Promise<void>;
}

/** Started in advance: between becoming free and being occupied, a port refuses connections. */
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

/** Cleans up after a demo that was killed. */
import { spawn } from 'node:child_process';

// `read` ends when the pipe from this process closes. Processes killed at the same time may still write for a moment.
const SCRIPT = `
read -r _
for _ in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$@" 2>/dev/null
  gone=yes
  for path in "$@"; do [ -e "$path" ] && gone=no; done
  [ $gone = yes ] && exit 0
  sleep 0.3
done
`;

/** Starts a process that waits until this process ends, in any way, and then removes `paths`. */
export function removeAtTheEnd(...paths: string[]): void {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'janitor', ...paths], {
    cwd: '/',
    // a Ctrl-C in the terminal must not reach it
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
}

/** Runs one demo: starts everything, prints the addresses, waits, stops everything. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSocketPath, serveControl, type ControlReply, type ControlRequest } from './control';
import { removeAtTheEnd } from './janitor';
import { startMonitoring } from './monitoring';
import { createParts, type Parts } from './parts';
import { createStarter } from './starter';
import { startSystem } from './system';
import { hints, overview, status } from './texts';

export interface RunOptions {
  port?: number;
  prometheus: boolean;
  /** Duration after which it ends by itself, counted from when all is ready; in milliseconds. */
  durationMs?: number;
  socketPath: string;
}

/** From when a second Ctrl-C forces the exit; earlier ones are duplicates, as npm passes the first one on. */
const FORCE_EXIT_AFTER_MS = 2000;
const WATCH_MS = 500;

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Runs the demo until a signal or its duration ends it. Exits with 0 then, with 1 if it could not start. */
export async function runDemo(options: RunOptions): Promise<void> {
  const parts = createParts();
  const folder = mkdtempSync(join(tmpdir(), 'onehertz-demo-'));
  // PostgreSQL runs as another user if this is root, and needs access to its own folder
  chmodSync(folder, 0o711);
  let control: { close(): void } | undefined;
  let endingSince: number | undefined;
  let forceExitFrom = Infinity;

  async function end(code: number, why: string): Promise<void> {
    if (endingSince !== undefined) {
      if (performance.now() > forceExitFrom) process.exit(code);
      return;
    }
    endingSince = performance.now();
    say(`\n${why}: ending everything …`);
    control?.close();
    const stopped = parts.stopAll();
    forceExitFrom = performance.now() + FORCE_EXIT_AFTER_MS;
    await stopped;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    say(`ended, nothing is left running (${((performance.now() - endingSince) / 1000).toFixed(1)} s)`);
    // parts that are still starting end with this process
    process.exit(code);
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0, signal));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => void end(1, `the demo failed: ${(error as Error).stack ?? String(error)}`));
  // the reader of stdout may have closed it
  process.stdout.on('error', () => undefined);

  try {
    control = await serveControl(options.socketPath, (request) => obey(parts, request));
    removeAtTheEnd(folder, options.socketPath);
    const begin = performance.now();
    say('Starting a small system to watch: it takes about 20 seconds.\n');
    const starter = createStarter(parts, say);
    const system = await startSystem(starter, folder);
    const monitoring = await startMonitoring(starter, system, { ...options, folder, onAlert: (line) => say(line) });
    if (endingSince !== undefined) return;
    say(`\nAll of it is ready after ${((performance.now() - begin) / 1000).toFixed(0)} s.\n`);
    say(overview(parts, monitoring));
    const socketOption = options.socketPath === defaultSocketPath() ? '' : ` --socket ${options.socketPath}`;
    say(`\n${hints(socketOption)}\n`);
  } catch (error) {
    if (endingSince === undefined) await end(1, `the demo cannot start: ${(error as Error).message}`);
    return;
  }
  setInterval(() => endingSince ?? reportExits(parts), WATCH_MS);
  if (options.durationMs !== undefined) setTimeout(() => void end(0, 'time is over'), options.durationMs);
}

async function obey(parts: Parts, request: ControlRequest): Promise<ControlReply> {
  if (request.command === 'status') return { ok: true, text: status(parts) };
  const text = await parts[request.command](request.name);
  say(text);
  return { ok: true, text };
}

function reportExits(parts: Parts): void {
  for (const { name, server } of parts.newlyEnded()) {
    const last = server.output().trimEnd().split('\n').at(-1) ?? '';
    say(`${name} ended by itself; its last words: ${last || 'none'}; --restore ${name} starts it again`);
  }
}

#!/usr/bin/env node
/** The command behind `npm run demo`. */
import { Command, InvalidArgumentError } from 'commander';
import { askDemo, defaultSocketPath, type ControlRequest } from './runner/control';
import { runDemo } from './runner/run';

interface Flags {
  kill?: string;
  freeze?: string;
  restore?: string;
  status?: boolean;
  prometheus: boolean;
  port?: number;
  duration?: number;
  socket: string;
}

const MILLISECONDS = { s: 1000, m: 60_000, h: 3_600_000 };

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Expected a port from 1 to 65535.');
  return port;
}

function parseDuration(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected a time such as 60s, 5m or 1h.');
  return Number(match[1]) * MILLISECONDS[match[2] as 's' | 'm' | 'h'];
}

/** The request to a running demo from a second terminal; `undefined` if this process is to be the demo. */
function requestFrom({ kill, freeze, restore, status }: Flags): ControlRequest | undefined {
  if (kill !== undefined) return { command: 'kill', name: kill };
  if (freeze !== undefined) return { command: 'freeze', name: freeze };
  if (restore !== undefined) return { command: 'restore', name: restore };
  return status ? { command: 'status' } : undefined;
}

async function main(flags: Flags): Promise<void> {
  const request = requestFrom(flags);
  if (!request) {
    const { port, prometheus, duration: durationMs, socket: socketPath } = flags;
    return runDemo({ port, prometheus, durationMs, socketPath });
  }
  try {
    const { ok, text } = await askDemo(flags.socket, request);
    (ok ? process.stdout : process.stderr).write(`${text}\n`);
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

void new Command('demo')
  .description(
    'Starts a small real system (PostgreSQL, Redis, RabbitMQ, S3, Celery, three services, seven receivers) on free ports of\n' +
      'this machine, and Onehertz, Prometheus and Alertmanager to watch it. Ctrl-C ends all of it.'
  )
  .option('--port <number>', 'port of the exporter (default: 10111, or a free one when that is taken)', parsePort)
  .option('--no-prometheus', 'do without Prometheus and Alertmanager')
  .option('--duration <time>', 'end by itself, e.g. after 60s, 5m or 1h', parseDuration)
  .optionsGroup('In a second terminal, while a demo runs:')
  .option('--status', 'list every part with its name, state and address')
  .option('--kill <name>', 'kill a part (SIGKILL)')
  .option('--freeze <name>', 'freeze a part (SIGSTOP): it takes connections and answers nothing')
  .option('--restore <name>', 'start a killed part again, or let a frozen one go on')
  .option('--socket <path>', 'Unix socket by which the two speak', defaultSocketPath())
  .optionsGroup('Options:')
  .helpOption('--help', 'print this help')
  .allowExcessArguments(false)
  .action(main)
  .parseAsync();

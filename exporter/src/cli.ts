#!/usr/bin/env node
/** The command `onehertz`: flags, signals, start and stop. */
import { growNursery } from './startup';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { AddressInfo } from 'node:net';
import { configFromEnv, formatProblems, loadConfig, type FileSdMemory, type LoadResult } from './config/load';
import { forShard, type Placement, shardSizes } from './config/shard';
import { createExporter } from './exporter';
import { createLog, LOG_FORMATS, LOG_LEVELS, type LogOptions } from './log';
import { placementOf, placementOptions, type PlacementFlags } from './placement-flags';
import { createReloader } from './reload';
import { version } from './version';

/** Free in the range that follows Prometheus' list of allocated ports, see docs/decisions/0001-default-port.md. */
const DEFAULT_ADDRESS = ':10111';
/** From this many components on, fewer garbage collections are worth some memory. */
const LARGE = 500;
/** Closing takes less; a peer that hangs must not keep the process. */
const EXIT_LIMIT_MS = 1500;

/** commander turns what follows a dash into a capital letter. */
interface Flags extends PlacementFlags {
  'config.file'?: string;
  'web.listenAddress': { host?: string; port: number };
  'web.corsOrigin': string[];
  'web.enableLifecycle': boolean;
  'log.level': LogOptions['level'];
  'log.format': LogOptions['format'];
}

function parseAddress(text: string): { host?: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new InvalidArgumentError('Expected host:port or :port, e.g. 127.0.0.1:10111.');
  const host = match[1] ?? match[2];
  return host ? { host, port } : { port };
}

/** @param memory of file_sd files, kept from load to load */
async function load(file: string | undefined, memory?: FileSdMemory): Promise<LoadResult> {
  return file === undefined ? configFromEnv(process.env) : loadConfig(file, process.env, memory);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** @param total how many shards are to share the components */
async function checkConfig(file: string, total = 1): Promise<void> {
  const loaded = await load(file);
  if (!loaded.ok)
    fail(`${formatProblems(loaded.problems)}\n${file}: FAILED, ${count(loaded.problems.length, 'problem')}`);
  for (const warning of loaded.warnings) process.stderr.write(`warning: ${formatProblems([warning])}\n`);
  const { components } = loaded.config;
  const names = components.map(({ name }) => name);
  const spread = total > 1 ? `; by shard: ${shardSizes(names, total).join(', ')}` : '';
  process.stdout.write(`${file}: OK, ${count(components.length, 'component')}${spread}\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

async function serve(flags: Flags, placement: Placement): Promise<void> {
  const log = createLog({ level: flags['log.level'], format: flags['log.format'] });
  const file = flags['config.file'];
  const memory: FileSdMemory = new Map();
  const loadShard = async (): Promise<LoadResult> => {
    const whole = await load(file, memory);
    return whole.ok ? { ...whole, config: forShard(whole.config, placement.shard) } : whole;
  };
  const loaded = await loadShard();
  if (!loaded.ok) fail(`${formatProblems(loaded.problems)}\nonehertz cannot start with this configuration.`);
  for (const warning of loaded.warnings)
    log.warn({ problem: formatProblems([warning]) }, 'part of the configuration is left out');

  if (loaded.config.components.length >= LARGE) growNursery();
  const exporter = createExporter({
    config: loaded.config,
    log,
    version,
    placement,
    corsOrigins: flags['web.corsOrigin'],
    reload: flags['web.enableLifecycle'] ? () => reloader.reload('http') : undefined,
  });
  const reloader = createReloader({ load: loadShard, exporter, log, files: loaded.files });
  await listen();
  exporter.start();

  process.on('SIGHUP', () => void reloader.reload('SIGHUP'));
  process.once('SIGINT', () => void stop('SIGINT'));
  process.once('SIGTERM', () => void stop('SIGTERM'));

  async function listen(): Promise<void> {
    const { host, port } = flags['web.listenAddress'];
    await new Promise<void>((resolve) => {
      exporter.server.once('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
        fail(`onehertz cannot listen on ${host ?? ''}:${port}: ${reason}; choose another with --web.listen-address`);
      });
      exporter.server.listen({ host, port }, resolve);
    });
    const address = exporter.server.address() as AddressInfo;
    log.info(
      { address: `${host ?? '*'}:${address.port}`, components: exporter.board.size, version, ...describe(placement) },
      'onehertz listens'
    );
  }

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), EXIT_LIMIT_MS).unref();
    await Promise.all([reloader.close(), exporter.close()]);
    process.exit(0);
  }
}

/** For the log: nothing of an exporter that is alone. */
function describe({ shard, vantage }: Placement): Record<string, string> {
  return { ...(shard.total > 1 && { shard: `${shard.index} of ${shard.total}` }), ...(vantage && { vantage }) };
}

async function main(): Promise<void> {
  const program = new Command('onehertz');
  program
    .description(
      'Watches every component of your system, once a second: Prometheus metrics, a WebSocket stream and a live board.'
    )
    .option(
      '--config.file <file>',
      'configuration; without it, components come from DATABASE_URL, REDIS_URL, SERVICES, …'
    )
    .addOption(
      new Option('--web.listen-address <address>', 'address of the HTTP server')
        .argParser(parseAddress)
        .default(parseAddress(DEFAULT_ADDRESS), DEFAULT_ADDRESS)
    )
    .option('--web.cors-origin <origin...>', 'origins whose pages may read the API and the stream ("*" for any)', [])
    .option('--web.enable-lifecycle', 'allow POST /-/reload', false)
    .addOption(
      new Option('--log.level <level>', 'least severe level that is logged').choices(LOG_LEVELS).default('info')
    )
    .addOption(new Option('--log.format <format>', 'format of the log').choices(LOG_FORMATS).default('logfmt'))
    .version(`onehertz ${version} (node ${process.version})`, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .allowExcessArguments(false)
    .exitOverride()
    .action((flags: Flags, command: Command) => {
      const placement = placementOf(flags);
      return typeof placement === 'string' ? command.error(`error: ${placement}`) : serve(flags, placement);
    });
  placementOptions().forEach((option) => program.addOption(option));
  program
    .command('check-config')
    .description('check a configuration file; exit 1 with all its problems, 0 without')
    .argument('<file>')
    .exitOverride()
    .action((path: string, _own: unknown, command: Command) =>
      checkConfig(path, command.optsWithGlobals<Flags>()['shard.total'])
    );
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has said what is wrong; 2 is the habit of the field for bad usage
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
}

void main();

#!/usr/bin/env node
/** The command `onehertz`: flags, signals, start and stop. */
import { Command, CommanderError, Option } from 'commander';
import type { AddressInfo } from 'node:net';
import { checkConfig, checkWebConfig, fail, type CheckConfigOptions } from './cli/check';
import { withRequestFlags, type RequestFlags } from './cli/exporter-client';
import { parseAddress, parseCount, parseExternalUrl, parseRoutePrefix, type Address } from './cli/flag-values';
import { maintenance } from './cli/maintenance';
import { placementOf, placementOptions, type PlacementFlags } from './cli/placement-flags';
import { silence } from './cli/silence';
import { componentsFromEnv } from './config/components/from-env';
import { formatProblems } from './config/load';
import { loadAll, type Sources } from './config/load-all';
import { didYouMean } from './config/reading/problems';
import { forShard, type Placement } from './config/shard';
import type { WebConfig } from './config/web/load';
import { createExporter, DEFAULT_MAX_CONNECTIONS, type Exporter, type ExporterOptions } from './exporter';
import { normalPrefix } from './http/route-prefix';
import { createReloader, explainPart } from './reload';
import { PartError } from './runtime/change';
import { createLog, LOG_FORMATS, LOG_LEVELS, type LogOptions } from './runtime/log';
import { sizeHeapForMany } from './runtime/startup';
import { version } from './runtime/version';

/** Unallocated in the range of Prometheus' default port allocations, see docs/decisions/0001-default-port.md. */
const DEFAULT_ADDRESS = ':10111';
/** From this many components on, memory is traded for fewer garbage collections. */
const LARGE = 500;
/** Closing normally takes less; a hanging peer must not keep the process running. */
const EXIT_LIMIT_MS = 1500;

/** commander converts a dash and the letter after it to a capital letter. */
interface Flags extends PlacementFlags {
  'config.file'?: string;
  'state.file'?: string;
  'web.listenAddress': Address;
  'web.config.file'?: string;
  'web.externalUrl'?: URL;
  'web.routePrefix'?: string;
  'web.corsOrigin': string[];
  'web.enableLifecycle': boolean;
  'web.enableProbeApi': boolean;
  'web.enableMaintenanceApi': boolean;
  'web.maxConnections': number;
  'log.level': LogOptions['level'];
  'log.format': LogOptions['format'];
}

function create(options: ExporterOptions): Exporter {
  try {
    return createExporter(options);
  } catch (error) {
    if (!(error instanceof PartError)) throw error;
    return fail(`${explainPart(error)}\nonehertz cannot start with this configuration.`);
  }
}

async function serve(flags: Flags, placement: Placement): Promise<void> {
  const log = createLog({ level: flags['log.level'], format: flags['log.format'] });
  // a signal before the first configuration is loaded must not end the process
  let onHangup = () => log.info('SIGHUP ignored: still starting, the configuration is being read');
  process.on('SIGHUP', () => onHangup());
  // the first process of a container is not ended by a signal that it does not handle
  const endAtOnce = () => process.exit(0);
  process.once('SIGTERM', endAtOnce).once('SIGINT', endAtOnce);
  const sources: Sources = {
    ...{ file: flags['config.file'], webFile: flags['web.config.file'], memory: new Map() },
    shards: placement.shard.total,
  };
  const load = async (running?: WebConfig) => {
    const whole = await loadAll(sources, running);
    if (!whole.ok) return whole;
    const config = forShard(whole.config, placement.shard);
    return { ...whole, config };
  };
  const loaded = await load();
  if (!loaded.ok) fail(`${formatProblems(loaded.problems)}\nonehertz cannot start with this configuration.`);
  for (const warning of loaded.warnings)
    log.warn({ problem: formatProblems([warning]) }, 'part of the configuration is ignored');

  if (loaded.config.components.length >= LARGE) sizeHeapForMany();
  const exporter = create({
    config: loaded.config,
    log,
    version,
    placement,
    stateFile: flags['state.file'],
    routePrefix: normalPrefix(flags['web.routePrefix'] ?? flags['web.externalUrl']?.pathname ?? ''),
    externalUrl: flags['web.externalUrl'],
    corsOrigins: flags['web.corsOrigin'],
    maxConnections: flags['web.maxConnections'],
    probeApi: flags['web.enableProbeApi'],
    maintenanceApi: flags['web.enableMaintenanceApi'],
    reload: flags['web.enableLifecycle'] ? () => reloader.reload('http') : undefined,
  });
  const { web } = loaded.config;
  exporter.self.configProblems = loaded.warnings.length;
  const reloader = createReloader({ load: () => load(web), exporter, log, files: loaded.files });
  // files may be changed as soon as the server listens
  await reloader.ready;
  await listen();
  exporter.start();

  onHangup = () => void reloader.reload('SIGHUP');
  process.off('SIGTERM', endAtOnce).off('SIGINT', endAtOnce);
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
      {
        address: `${host ?? '*'}:${address.port}`,
        tls: web?.tls !== undefined,
        authentication: exporter.authenticates,
        components: exporter.board.size,
        version,
        ...describe(placement),
      },
      'listening'
    );
  }

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), EXIT_LIMIT_MS).unref();
    await Promise.all([reloader.close(), exporter.close()]);
    process.exit(0);
  }
}

/** For the log; empty for a single exporter. */
function describe({ shard, vantage }: Placement): Record<string, string> {
  return { ...(shard.total > 1 && { shard: `${shard.index} of ${shard.total}` }), ...(vantage && { vantage }) };
}

const commandsOf = (program: Command) => program.commands.map((command) => command.name());

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
    .option('--web.config.file <file>', "TLS, headers and authentication, in the format of Prometheus' exporters")
    .addOption(
      new Option(
        '--web.external-url <url>',
        'URL at which people reach the exporter, e.g. through a proxy; its path is the default of --web.route-prefix'
      ).argParser(parseExternalUrl)
    )
    .addOption(
      new Option('--web.route-prefix <path>', 'prefix of all paths, for a proxy that does not strip it').argParser(
        parseRoutePrefix
      )
    )
    .option(
      '--web.cors-origin <origin...>',
      'origins whose pages may use the API and the stream ("*": any may read)',
      []
    )
    .option(
      '--state.file <file>',
      'file that keeps how long components have been up or down across restarts; each exporter needs its own'
    )
    .option('--web.enable-lifecycle', 'allow POST /-/reload', false)
    .option('--web.enable-probe-api', 'allow POST /api/v1/probe, and show the button for it', false)
    .option(
      '--web.enable-maintenance-api',
      'allow POST and DELETE /api/v1/maintenance and /api/v1/silences ("onehertz maintenance", "onehertz silence"; with --web.external-url also from the Grafana panel)',
      false
    )
    .addOption(
      new Option(
        '--web.max-connections <n>',
        'maximum number of connections; up to three quarters of them may be streams'
      )
        .argParser(parseCount)
        .default(DEFAULT_MAX_CONNECTIONS)
    )
    .addOption(new Option('--log.level <level>', 'lowest level that is logged').choices(LOG_LEVELS).default('info'))
    .addOption(new Option('--log.format <format>', 'format of the log').choices(LOG_FORMATS).default('logfmt'))
    .version(`onehertz ${version} (node ${process.version})`, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    // reported below: an excess argument may be a misspelt command
    .allowExcessArguments(true)
    .exitOverride()
    .action((flags: Flags, command: Command) => {
      const [word] = command.args;
      if (word !== undefined)
        return command.error(`error: unknown command '${word}'${didYouMean(word, commandsOf(program))}`);
      const placement = placementOf(flags);
      return typeof placement === 'string' ? command.error(`error: ${placement}`) : serve(flags, placement);
    });
  placementOptions().forEach((option) => program.addOption(option));
  program
    .command('check-config')
    .description('check a configuration; exit 1 with all its problems, 0 without')
    .argument('[file]', 'default: the file of --config.file, else the environment')
    .option('--strict', 'exit 1 for warnings, too: targets and variables that are left out')
    .option('--probe', 'probe each component once, print the results, and exit 1 if one is down')
    .exitOverride()
    .action((path: string | undefined, own: CheckConfigOptions, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const named = flags['config.file'];
      if (path !== undefined && named !== undefined && path !== named)
        return command.error('error: two files are given; pass only one');
      const file = path ?? named;
      if (file === undefined && componentsFromEnv(process.env).length === 0)
        return command.error("error: missing required argument 'file', and the environment configures no component");
      return checkConfig(file, { ...own, total: flags['shard.total'] });
    });
  program
    .command('check-web-config')
    .description('check a file for --web.config.file, with its certificates and keys')
    .argument('<file>')
    .option('--strict', 'exit 1 for warnings, too')
    .exitOverride()
    .action(checkWebConfig);
  const exporterUrl = `http://localhost${DEFAULT_ADDRESS}`;
  withRequestFlags(program.command('maintenance'), exporterUrl, 'maintenance')
    .description(
      'put components of a running exporter into maintenance, end it, or list what is in maintenance: their status is unknown and no alert fires. ' +
        'To be notified of nothing while alerts fire and the board shows what happens: "onehertz silence"'
    )
    .exitOverride()
    .action((words: string[], own: RequestFlags) => maintenance(words, own));
  withRequestFlags(program.command('silence'), exporterUrl, 'silences')
    .description(
      'make a silence of Alertmanager for components of a running exporter, end it, or list silences: alerts fire and the board shows what happens, ' +
        'but nobody is notified. If the component is taken down on purpose: "onehertz maintenance"'
    )
    .exitOverride()
    .action((words: string[], own: RequestFlags) => silence(words, own));
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed the error; exit code 2 is the convention for incorrect usage
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
}

void main();

#!/usr/bin/env node
/** `[GRAFANA_TOKEN=…] onehertz-preview [--prometheus-url …] [--port …]` */
import { Command, InvalidArgumentError } from 'commander';
import { randomBytes } from 'node:crypto';
import { startPreview } from './index';

interface Flags {
  port: number;
  prometheusUrl?: string;
  pluginDirectory?: string;
  dashboards?: string[];
}

const EXIT_LIMIT_MS = 1_000;

async function main(flags: Flags): Promise<void> {
  // the exporter's name for it; not a flag, which every user of the machine could read
  const given = process.env['GRAFANA_TOKEN'];
  const token = given || randomBytes(24).toString('base64url');
  const warn = (message: string) => process.stderr.write(`onehertz-preview: ${message}\n`);
  const preview = await startPreview({ ...flags, token, warn, dashboardDirectories: flags.dashboards });
  process.stdout.write(`preview: ${preview.url}\n`);
  if (!given)
    process.stdout.write(
      `for an exporter's configuration: grafana_live: { url: "${preview.url}", token: "${token}" }\n`
    );
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void preview.close();
    // a hanging peer must not keep the process running
    setTimeout(() => process.exit(), EXIT_LIMIT_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}

function parseUrl(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:9090');
  return text;
}

new Command('onehertz-preview')
  .description(
    'Shows the built panel plugin in a browser, with the real Grafana libraries and without a Grafana server.'
  )
  .option('--prometheus-url <url>', 'where Prometheus answers', parseUrl)
  .option('--port <number>', 'port on 127.0.0.1', parsePort, 3300)
  .option('--plugin-directory <path>', 'the built plugin')
  .option('--dashboards <paths...>', 'folders with classic dashboards')
  .addHelpText(
    'after',
    '\nExporters push to it as to Grafana: with grafana_live.url, and the token that is in GRAFANA_TOKEN or is printed at the start.'
  )
  .action((flags: Flags) =>
    main(flags).catch((error: Error) => {
      process.stderr.write(`onehertz-preview: ${error.message}\n`);
      process.exitCode = 1;
    })
  )
  .parse();

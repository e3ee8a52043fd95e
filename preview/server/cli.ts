#!/usr/bin/env node
/** `onehertz-preview --exporter-url http://127.0.0.1:… [--prometheus-url …] [--port …]` */
import { Command, InvalidArgumentError } from 'commander';
import { startPreview } from './index';

interface Flags {
  port: number;
  exporterUrl: string;
  moreExporters?: Record<string, string>;
  prometheusUrl?: string;
  pluginDirectory?: string;
  dashboards?: string[];
}

const EXIT_LIMIT_MS = 1_000;

async function main(flags: Flags): Promise<void> {
  const preview = await startPreview({ ...flags, dashboardDirectories: flags.dashboards });
  process.stdout.write(`preview: ${preview.url}\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void preview.close();
    // a peer that hangs must not keep the process
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

function parseExporter(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, id = '', url = ''] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  if (id === '')
    throw new InvalidArgumentError('expected a stream id and a URL such as onehertz-1=http://127.0.0.1:10112');
  return { ...before, [id]: parseUrl(url) };
}

new Command('onehertz-preview')
  .description(
    'Shows the built panel plugin in a browser, with the real Grafana libraries and without a Grafana server.'
  )
  .requiredOption('--exporter-url <url>', 'where the exporter answers', parseUrl)
  .option('--more-exporters <id=url...>', 'shards or vantage points with Live channels of their own', parseExporter)
  .option('--prometheus-url <url>', 'where Prometheus answers', parseUrl)
  .option('--port <number>', 'port on 127.0.0.1', parsePort, 3300)
  .option('--plugin-directory <path>', 'the built plugin')
  .option('--dashboards <paths...>', 'folders with classic dashboards')
  .action((flags: Flags) =>
    main(flags).catch((error: Error) => {
      process.stderr.write(`onehertz-preview: ${error.message}\n`);
      process.exitCode = 1;
    })
  )
  .parse();

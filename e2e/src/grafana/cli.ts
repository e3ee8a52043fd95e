#!/usr/bin/env node
/** The command behind `npm run e2e:grafana`. */
import { Command, Option } from 'commander';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { openGrafana } from './hosts/grafana';
import { openPreview } from './hosts/preview';
import type { Need } from './needs';
import { lineOf, tableOf } from './report';
import { runSteps } from './run';
import { openSite } from './site';
import type { Step } from './step';
import { steps } from './steps';
import { createUndo } from './undo';

interface Flags {
  url?: string;
  user: string;
  password: string;
  preview?: true;
  pluginDirectory?: string;
  long?: true;
  restartCommand?: string;
  only?: string[];
  list?: true;
}

/** As shells have it for a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

const write = (line: string) => void process.stdout.write(`${line}\n`);
const tell = (line: string) => void process.stderr.write(`${line}\n`);

async function main(flags: Flags): Promise<number> {
  const { url, user, password, preview, pluginDirectory, long, restartCommand, only, list } = flags;
  const chosen = choose(only);
  if (list) {
    for (const { name, shows } of chosen) write(`${name}: ${shows}`);
    return 0;
  }
  if ((url === undefined) === (preview === undefined)) throw new Error('Give --url, or --preview.');
  const undo = createUndo();
  let ending: Promise<boolean> | undefined;
  const end = () => (ending ??= undo.run().then(tellLeft));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      tell('Interrupted: removing what was made …');
      void end().then(() => process.exit(INTERRUPTED));
    });
  try {
    const site = await openSite(
      (runId) =>
        url === undefined ? openPreview(pluginDirectory) : openGrafana({ url, user, password, restartCommand, runId }),
      undo,
      tell
    );
    const fulfilled = new Set<Need>(long ? ['long'] : []);
    const results = await runSteps(site, chosen, fulfilled, (result) => tell(lineOf(result)));
    write(`${site.host.name}\n${tableOf(results)}`);
    write(`load of the machine in the last 5 minutes: ${loadavg()[1]?.toFixed(2)}`);
    const isClean = await end();
    return isClean && results.every(({ outcome }) => outcome !== 'failed') ? 0 : 1;
  } finally {
    await end();
  }
}

/** @returns whether nothing is left behind */
function tellLeft(left: readonly string[]): boolean {
  for (const what of left) tell(`left behind: ${what}`);
  return left.length === 0;
}

function choose(only: readonly string[] | undefined): readonly Step[] {
  if (only === undefined) return steps;
  const unknown = only.find((text) => !steps.some(({ name }) => name.includes(text)));
  if (unknown !== undefined)
    throw new Error(`No step is called "${unknown}"; there are: ${steps.map(({ name }) => name).join(', ')}.`);
  return steps.filter(({ name }) => only.some((text) => name.includes(text)));
}

new Command('e2e:grafana')
  .description(
    'Goes through what people do with the board in a Grafana that runs, with a real exporter and real servers. Leaves nothing behind.'
  )
  .option('--url <url>', 'the Grafana, as in a browser; 12.3 or newer, with the panel installed')
  .option('--user <name>', 'an administrator of the server', 'admin')
  .addOption(new Option('--password <password>', 'of the administrator').env('GRAFANA_PASSWORD').default('admin'))
  .option('--preview', 'the preview of this repository in the place of a Grafana')
  .option('--plugin-directory <path>', 'with --preview: another build of the panel than grafana-plugin/dist', (path) =>
    resolve(path)
  )
  .option('--long', 'also the steps that take ten minutes and more')
  .option('--restart-command <command>', 'starts this Grafana anew: also the steps that need that')
  .option('--only <steps...>', 'those whose names contain one of these')
  .option('--list', 'print the steps, and do nothing')
  .helpOption('--help', 'print this help')
  .allowExcessArguments(false)
  .action(async (flags: Flags) => {
    try {
      process.exit(await main(flags));
    } catch (error) {
      tell((error as Error).message);
      process.exit(1);
    }
  })
  .parse();

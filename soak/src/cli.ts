#!/usr/bin/env node
/** The command behind `npm run soak`. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { type CommonFlags, positive, runCommand, soakCommand, tell } from './arguments';
import { failuresOf, textOf } from './report';
import { soak } from './run';

interface Flags extends CommonFlags {
  observe: number;
  only?: string[];
  report?: string;
}

async function main({ seed, minutes, gap, observe, only, report: file }: Flags): Promise<void> {
  const report = await soak({
    seed,
    durationMs: minutes * 60_000,
    size: 'whole',
    only,
    meanGapMs: gap * 1000,
    observeEveryMs: observe,
    tell,
  });
  process.stdout.write(`${textOf(report)}\nload of the machine in the last 15 minutes: ${loadavg()[2]?.toFixed(2)}\n`);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  process.exit(failuresOf(report).length === 0 ? 0 : 1);
}

runCommand(
  soakCommand(
    'soak',
    'Kills and freezes the servers of the demo at random, and checks that the exporter tells all of it, and nothing else.',
    { minutes: 15, gap: 5 }
  )
    .option('--observe <milliseconds>', 'how often the independent observer looks', positive, 50)
    .option('--only <server...>', 'break these only, e.g. redis backend')
    .option('--report <file>', 'write all figures to this file, as JSON')
    .action(main)
);

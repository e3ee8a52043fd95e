#!/usr/bin/env node
/** The command behind `npm run soak:alerts`. */
import { writeFileSync } from 'node:fs';
import { type CommonFlags, positive, runCommand, soakCommand, tell } from '../arguments';
import { counted, soakAlerts } from './run';

interface Flags extends CommonFlags {
  longest: number;
  small?: boolean;
  report?: string;
}

async function main({ seed, minutes, gap, longest, small, report: file }: Flags): Promise<void> {
  const report = await soakAlerts({
    seed,
    durationMs: minutes * 60_000,
    size: small ? 'small' : 'whole',
    meanGapMs: gap * 1000,
    longestMs: longest * 1000,
    tell,
  });
  const { due, told, problems, faults, notifications, pages } = report;
  const lines = [
    `${faults.length} faults; ${due} outages of critical components that somebody must be told of, ${told} told; ${pages.length} pages`,
    ...Object.entries(counted(notifications)).map(([what, count]) => `  ${String(count).padStart(4)}  ${what}`),
    ...pages.map(({ at, summary }) => `  ${new Date(at).toISOString().slice(11, 19)}  ${summary}`),
    ...(problems.length === 0 ? ['one outage, one page'] : problems),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  process.exit(problems.length === 0 ? 0 : 1);
}

runCommand(
  soakCommand(
    'soak:alerts',
    'Breaks the servers of the demo at random, and checks that each outage of a critical component is one page, and nothing else is.',
    { minutes: 60, gap: 60 }
  )
    .option('--longest <seconds>', 'the longest fault', positive, 60)
    .option('--small', 'a database, a cache, a service and a receiver only')
    .option('--report <file>', 'write faults, outages and notifications to this file, as JSON')
    .action(main)
);

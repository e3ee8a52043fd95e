#!/usr/bin/env node
/** The command behind `npm run soak:alerts`. */
import { type CommonFlags, positive, runCommand, soakCommand, tell } from '../arguments';
import { soakAlerts } from './run';

interface Flags extends CommonFlags {
  longest: number;
  small?: boolean;
}

async function main({ seed, minutes, gap, longest, small }: Flags): Promise<void> {
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
    `${faults} faults; ${due} outages of critical components that somebody must be told of, ${told} told; ${pages.length} pages`,
    ...Object.entries(notifications).map(([what, count]) => `  ${String(count).padStart(4)}  ${what}`),
    ...(problems.length === 0 ? ['one outage, one page'] : problems),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
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
    .action(main)
);

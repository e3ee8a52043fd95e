/** The report of a soak as tables, and the verdict. */
import Table from 'cli-table3';
import type { Agreement, LagSummary } from './agreement';
import type { SoakReport } from './run';

/** Describes the failures; empty if the soak passed. */
export function failuresOf(report: SoakReport): string[] {
  const { contradictions, unexplained, faults, ticksMissed, rss, heap, descriptors } = report;
  const failures = [...contradictions];
  for (const { id, component, from, to, at, reason } of unexplained)
    failures.push(
      `event ${id}, ${component} ${from} → ${to} at ${at} (${reason}), has no cause, and the observer saw nothing`
    );
  for (const { server, problem } of faults) if (problem !== undefined) failures.push(`${server}: ${problem}`);
  // a component that is probed once a second is detected as down within a second plus its timeout
  for (const { cause, to, longestUntoldMs } of report.lags)
    if (to === 'down' && longestUntoldMs > UNSEEN_MS)
      failures.push(`${cause}: the stream did not tell of ${longestUntoldMs} ms in which a component was down`);
  if (ticksMissed > 0) failures.push(`${ticksMissed} ticks were missed`);
  if (rss.last > rss.middle * 1.1 + 4e6)
    failures.push(`memory grows: ${megabytes(rss.middle)} → ${megabytes(rss.last)}`);
  if (heap.last > heap.middle * 1.1 + 1e6)
    failures.push(`the heap grows: ${megabytes(heap.middle)} → ${megabytes(heap.last)}`);
  if (descriptors.last > descriptors.middle + 4)
    failures.push(`descriptors grow: ${descriptors.middle} → ${descriptors.last}`);
  return failures;
}

/** Interval, timeout, and a margin for a busy machine. */
const UNSEEN_MS = 2500;

export function textOf(report: SoakReport): string {
  const { faults, components, total, lags, rss, heap, descriptors } = report;
  const kills = faults.filter(({ kind }) => kind === 'kill').length;
  const lines = [
    `seed ${report.seed}, ${(report.durationMs / 60_000).toFixed(1)} minutes: ${kills} kills, ${faults.length - kills} freezes, ${report.transitions} transitions`,
    table(
      ['component', 'interval', 'transitions', 'agrees %', 'unknown %', 'false up %', 'false down %'],
      [
        ...components.map((one) => [one.component, one.interval, one.transitions, ...shares(one)]),
        ['these', '1s', '', ...shares(report.fast)],
        ['all', '', report.transitions, ...shares(total)],
      ]
    ),
    table(
      [
        'what happened (1 s components)',
        'then',
        'times',
        'untold',
        'longest untold ms',
        'median lag ms',
        'worst lag ms',
      ],
      lags.map((lag) => row(lag))
    ),
    table(
      ['exporter', 'second third (median)', 'last third (median)', 'slope per hour'],
      [
        ['resident memory', megabytes(rss.middle), megabytes(rss.last), megabytes(rss.slopePerHour)],
        ['heap after collections', megabytes(heap.middle), megabytes(heap.last), megabytes(heap.slopePerHour)],
        ['descriptors', descriptors.middle, descriptors.last, descriptors.slopePerHour.toFixed(1)],
      ]
    ),
    `without a fault as their cause: ${report.seenToo.length} transitions that the observer saw too, ${report.ownWords.length} times a service that answered said of itself that something is wrong, or no longer`,
    `ticks missed: ${report.ticksMissed}; longest time without a snapshot: ${report.longestSilenceMs} ms`,
  ];
  const failures = failuresOf(report);
  const verdict = failures.length === 0 ? 'passed' : `FAILED\n${failures.map((one) => `- ${one}`).join('\n')}`;
  return `${lines.join('\n\n')}\n\n${verdict}`;
}

function row({ cause, to, changes, untold, longestUntoldMs, medianMs, worstMs }: LagSummary) {
  return [cause, to, changes, untold, longestUntoldMs, Number.isNaN(medianMs) ? '' : Math.round(medianMs), worstMs];
}

function shares({ totalMs, agreeMs, unknownMs, falseUpMs, falseDownMs }: Agreement): string[] {
  return [agreeMs, unknownMs, falseUpMs, falseDownMs].map((ms) => ((100 * ms) / totalMs).toFixed(2));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function table(head: string[], rows: (string | number)[][]): string {
  // no colours: the text must be readable in a file
  const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
  drawn.push(...rows);
  return drawn.toString();
}

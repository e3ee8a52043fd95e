/** docs/reliability.md: the part of it that a test run has seen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(__dirname, '..', '..', '..', 'docs', 'reliability.md');
/** `npm run reliability` sets it. */
export const WRITES = process.env.RELIABILITY === 'write';

export interface ReportRow {
  /** Heading that it stands under. */
  group: string;
  fault: string;
  status: string;
  message: string;
  /** In milliseconds; `undefined` where nothing of the kind happened. */
  detectionMs: number | undefined;
  recoveryMs: number | undefined;
}

/**
 * With RELIABILITY=write puts the rows between the marks of `section`. Without, throws unless the file has just these groups,
 * faults and statuses there (rows that name one of `notRun` aside, for which this machine lacks something); messages and times differ from run to run.
 */
export function checkReport(section: string, rows: readonly ReportRow[], notRun: readonly string[] = []): void {
  const text = readFileSync(FILE, 'utf8');
  const [begin, end] = [`<!-- begin ${section} -->`, `<!-- end ${section} -->`];
  const [head, rest] = text.split(begin);
  const [old, tail] = (rest ?? '').split(end);
  if (tail === undefined) throw new Error(`${FILE} has no section ${section}`);
  if (WRITES) return writeFileSync(FILE, `${head}${begin}\n\n${render(rows)}\n${end}${tail}`);
  const known = keysOf(old ?? '').filter((key) => !notRun.some((words) => key.includes(words)));
  expect(`${section}: ${known.join('\n')}`).toBe(`${section}: ${keysOf(render(rows)).join('\n')}`);
}

function render(rows: readonly ReportRow[]): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups
    .map((group) => {
      const own = rows.filter((row) => row.group === group);
      const lines = own.map(({ fault, status, message, detectionMs, recoveryMs }) =>
        [fault, status, escape(message), time(detectionMs), time(recoveryMs)].join(' | ')
      );
      const header = ['fault | status | what it says | detection ms | recovery ms', '--- | --- | --- | --: | --:'];
      return `### ${group}\n\n${[...header, ...lines].map((line) => `| ${line} |`).join('\n')}\n`;
    })
    .join('\n');
}

const time = (ms: number | undefined) => (ms === undefined ? '–' : `${Math.round(ms)}`);

/** Ports change from run to run; `|` and `*` mean something in Markdown. */
function escape(message: string): string {
  return message.replace(/\b(127\.0\.0\.1|localhost|[\w-]+\.test):\d+/g, '$1:…').replace(/[|*<]/g, '\\$&');
}

/** `group / fault / status` of every row of a section, however its table is set. */
function keysOf(markdown: string): string[] {
  let group = '';
  return markdown.split('\n').flatMap((line) => {
    group = /^### (.*)/.exec(line)?.[1] ?? group;
    const [, fault = '', status = ''] = line.split('|').map((cell) => cell.trim());
    return !line.startsWith('|') || fault === 'fault' || /^[-:]+$/.test(fault)
      ? []
      : [`${group} / ${fault} / ${status}`];
  });
}

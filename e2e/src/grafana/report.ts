/** The results for people: a line when a step has ended, a table at the end. */
import Table from 'cli-table3';
import type { Result } from './run';

const TEXT_WIDTH = 100;

export function lineOf({ step, outcome, text, seconds }: Result): string {
  return `${outcome.padEnd(7)} ${step.name}: ${text}${seconds > 0 ? ` (${seconds.toFixed(1)} s)` : ''}`;
}

export function tableOf(results: readonly Result[]): string {
  const table = new Table({
    head: ['step', 'result', 'seen'],
    colWidths: [null, null, TEXT_WIDTH],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { step, outcome, text } of results) table.push([step.name, outcome, text]);
  const count = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return `${table.toString()}\n${count('ok')} passed, ${count('failed')} failed, ${count('not run')} not run`;
}

/** Results as tables and as a JSON file. */
import Table from 'cli-table3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Results, Row } from './bench';
import { describeMachine, type Machine } from './machine';

const RESULTS = join(__dirname, '..', '..', 'results');

export interface Report {
  bench: Pick<Bench, 'name' | 'description'>;
  /** The options of the run, by name. */
  options: Record<string, unknown>;
  results: Results;
}

/** Writes `bench/results/<name>.json`, and returns the same as text. */
export function report({ bench, options, results }: Report): string {
  const machine = describeMachine(results.packages ?? []);
  const goals = results.goals?.map((goal) => ({ ...goal, met: goal.measured <= goal.limit }));
  const { name, description } = bench;
  const document = {
    name,
    description,
    date: new Date().toISOString(),
    machine,
    options,
    tables: results.tables,
    goals,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  const parts = results.tables.map(({ title, rows }) => `${title}\n${toTable(rows)}`);
  if (goals?.length)
    parts.push(
      `Goals\n${toTable(goals.map(({ what, limit, measured, met }) => ({ goal: what, 'at most': limit, measured, '': met ? 'met' : 'missed' })))}`
    );
  return [...parts, footer(machine), `bench/results/${name}.json`].join('\n\n');
}

function footer({ cpu, cores, memoryBytes, kernel, node, commit, packages }: Machine): string {
  const peers = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, Linux ${kernel}, node ${node}, commit ${commit}`,
    ...(peers.length > 0 ? [peers.join(', ')] : []),
  ].join('\n');
}

/** All rows have the columns of the first one. */
function toTable(rows: readonly Row[]): string {
  const head = Object.keys(rows[0] ?? {});
  const numeric = head.map((column) => rows.some((row) => typeof row[column] === 'number'));
  const table = new Table({
    style: { head: [], border: [] },
    head,
    colAligns: numeric.map((is) => (is ? 'right' : 'left')),
  });
  for (const row of rows) table.push(head.map((column) => toCell(row[column])));
  return table.toString();
}

/** Three significant digits; integers unchanged. */
export function toCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: Math.min(digits, 20) });
}

/** The commands that check files, and how they and a start that cannot be end. */
import { formatProblems, loadConfig, type ConfigProblem } from '../config/load';
import { shardSizes } from '../config/shard';
import { loadWebConfig } from '../config/web/load';

/** @param total how many shards are to share the components */
export async function checkConfig(file: string, total = 1): Promise<void> {
  const loaded = await loadConfig(file, process.env);
  const names = loaded.ok ? loaded.config.components.map(({ name }) => name) : [];
  const spread = total > 1 ? `; by shard: ${shardSizes(names, total).join(', ')}` : '';
  report(file, loaded, `, ${count(names.length, 'component')}${spread}`);
}

/** The same for a file of `--web.config.file`, with its certificates, keys and tokens. */
export async function checkWebConfig(file: string): Promise<void> {
  report(file, await loadWebConfig(file), '');
}

export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

interface Checked {
  ok: boolean;
  problems?: ConfigProblem[];
  warnings?: ConfigProblem[];
}

function report(file: string, { ok, problems = [], warnings = [] }: Checked, contents: string): void {
  if (!ok) fail(`${formatProblems(problems)}\n${file}: FAILED, ${count(problems.length, 'problem')}`);
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblems([warning])}\n`);
  process.stdout.write(`${file}: OK${contents}\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

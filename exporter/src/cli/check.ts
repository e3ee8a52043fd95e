/** The commands that check files, and the exit after a failed check or start. */
import { capacity } from '../config/file-sd/capacity';
import { configFromEnv, formatProblems, loadConfig, type ConfigProblem } from '../config/load';
import { shardSizes } from '../config/shard';
import { loadWebConfig } from '../config/web/load';
import type { Target } from '../probes';
import { createLog } from '../runtime/log';
import { shareLookups } from '../runtime/shared-lookups';
import { allUp, outcomeTable, probeOnce } from './probe-once';

export interface CheckOptions {
  /** Whether warnings count as errors: file_sd files and variables that are partly ignored. */
  strict?: boolean;
}

export interface CheckConfigOptions extends CheckOptions {
  /** Number of shards that share the components. */
  total?: number;
  /** Whether each component is probed once. */
  probe?: boolean;
}

/** @param file without it, the environment is checked */
export async function checkConfig(
  file: string | undefined,
  { total = 1, probe, strict }: CheckConfigOptions
): Promise<void> {
  const loaded = await (file === undefined
    ? configFromEnv(process.env)
    : loadConfig(file, process.env, undefined, capacity(total)));
  const components = loaded.ok ? loaded.config.components : [];
  const names = components.map(({ name }) => name);
  const spread = total > 1 ? `; by shard: ${shardSizes(names, total).join(', ')}` : '';
  report(file ?? 'environment', loaded, `, ${count(names.length, 'component')}${spread}`, strict);
  if (probe) await probeAll(components);
}

/** The same for a file of `--web.config.file`, with its certificates, keys and tokens. */
export async function checkWebConfig(file: string, { strict }: CheckOptions): Promise<void> {
  report(file, await loadWebConfig(file), '', strict);
}

export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** How often progress is logged; on a terminal it is updated immediately. */
const PROGRESS_MS = 5000;

async function probeAll(targets: readonly Target[]): Promise<void> {
  shareLookups();
  const { isTTY } = process.stderr;
  let toldAt = performance.now();
  const outcomes = await probeOnce(targets, createLog({ level: 'error', format: 'logfmt' }), (done) => {
    const line = `probed ${done} of ${targets.length}`;
    if (isTTY) process.stderr.write(`\r${done < targets.length ? line : `${' '.repeat(line.length)}\r`}`);
    else if (performance.now() - toldAt > PROGRESS_MS) {
      toldAt = performance.now();
      process.stderr.write(`${line}\n`);
    }
  });
  // a timer left by a client library must not keep the command running
  process.stdout.write(outcomeTable(outcomes), () => process.exit(allUp(outcomes) ? 0 : 1));
}

interface Checked {
  ok: boolean;
  problems?: ConfigProblem[];
  warnings?: ConfigProblem[];
}

function report(file: string, { ok, problems = [], warnings = [] }: Checked, contents: string, strict = false): void {
  if (!ok) fail(`${formatProblems(problems)}\n${file}: FAILED, ${count(problems.length, 'problem')}`);
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblems([warning])}\n`);
  if (strict && warnings.length > 0) fail(`${file}: FAILED, ${count(warnings.length, 'warning')} (--strict)`);
  const warned = warnings.length > 0 ? `, ${count(warnings.length, 'warning')}` : '';
  process.stdout.write(`${file}: OK${contents}${warned}\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

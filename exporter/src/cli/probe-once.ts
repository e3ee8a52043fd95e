/** `check-config --probe`: runs every component's probe once and prints a table. */
import { isUp } from '@onehertz/contract';
import Table from 'cli-table3';
import type { Logger } from 'pino';
import { createProbe, type Target } from '../probes';
import { addressOf } from '../probes/address';
import type { SafeProbe } from '../probes/probe';
import { createRunner, type CompletedProbe } from '../schedule/runner';

/** Number of concurrent runs. The deadline of a run starts with it, so it must not wait for other runs. */
const AT_ONCE = 20;
/** A hanging peer must not keep the command running. */
const CLOSE_LIMIT_MS = 1000;
/** Width of the last column, in which text is wrapped. */
const SENTENCE_WIDTH = 70;

export interface Outcome {
  target: Target;
  result: CompletedProbe;
}

/**
 * Runs the probe of each target once and closes it. Never rejects.
 * @param onProgress called with the number of finished probes
 */
export async function probeOnce(
  targets: readonly Target[],
  log: Logger,
  onProgress: (done: number) => void = () => undefined
): Promise<Outcome[]> {
  // loads the client libraries, which would otherwise delay the first runs
  const probes = targets.map((target) => createProbe(target, { log }));
  const outcomes: Outcome[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < targets.length; index = next++) {
      const target = targets[index] as Target;
      outcomes[index] = { target, result: await runOf(target, probes[index] as SafeProbe) };
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, work));
  return outcomes;
}

function runOf(target: Target, probe: SafeProbe): Promise<CompletedProbe> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const runner = createRunner({
      probe,
      timeoutMs: target.timeout,
      onResult(result) {
        const finish = () => {
          clearTimeout(timer);
          resolve(result);
        };
        timer = setTimeout(finish, CLOSE_LIMIT_MS);
        runner.close().then(finish, finish);
      },
    });
    runner.start();
  });
}

/** Whether every component is up. */
export function allUp(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ result }) => isUp(result.status));
}

/** One row per component, and a line with the counts. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['component', 'probe', 'status', 'response', 'message'],
    // plain text, because it is also read in logs of CI pipelines
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, null, null, SENTENCE_WIDTH + 2],
    wordWrap: true,
  });
  for (const { target, result } of outcomes) {
    const { responseTimeMs, error, message, version } = result;
    const heard = error ?? [message, version && `version ${version}`].filter(Boolean).join('; ');
    const said = isUp(result.status) ? heard : `${heard} (${addressOf(target)})`;
    const time = responseTimeMs === undefined ? '' : `${responseTimeMs.toFixed(responseTimeMs < 10 ? 1 : 0)} ms`;
    table.push([target.name, target.probe, result.status, { content: time, hAlign: 'right' }, printable(said)]);
  }
  const down = outcomes.filter(({ result }) => !isUp(result.status));
  const names = down.map(({ target }) => target.name).join(', ');
  return `${table.toString()}\n${outcomes.length - down.length} of ${outcomes.length} up${names && `; down: ${names}`}\n`;
}

/** Removes escape sequences: the text may come from a server. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

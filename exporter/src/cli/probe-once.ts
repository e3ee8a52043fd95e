/** `check-config --probe`: one run of every component, as a table. */
import { isUp } from '@onehertz/contract';
import Table from 'cli-table3';
import type { Logger } from 'pino';
import { createProbe, type Target } from '../probes';
import type { SafeProbe } from '../probes/probe';
import { createRunner, type CompletedProbe } from '../schedule/runner';

/** So many at a time: each run has its deadline from when it begins, and must not wait for the others. */
const AT_ONCE = 20;
/** A peer that hangs must not keep the command. */
const CLOSE_LIMIT_MS = 1000;
/** Width of the last column: a sentence is broken into lines. */
const SENTENCE_WIDTH = 70;

export interface Outcome {
  target: Target;
  result: CompletedProbe;
}

/**
 * Runs the probe of each target once and closes it. Never rejects.
 * @param onProgress is called with how many are done
 */
export async function probeOnce(
  targets: readonly Target[],
  log: Logger,
  onProgress: (done: number) => void = () => undefined
): Promise<Outcome[]> {
  // the client libraries are loaded by this, which would make the first runs late
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
      name: target.display_name,
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

/** A row for each component, and a line that counts them. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['component', 'probe', 'status', 'response', 'what it says'],
    // plain text: it is read in the logs of pipelines, too
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, null, null, SENTENCE_WIDTH + 2],
    wordWrap: true,
  });
  for (const { target, result } of outcomes) {
    const { responseTimeMs, error, message, version } = result;
    const said = error ?? [message, version && `version ${version}`].filter(Boolean).join('; ');
    const time = responseTimeMs === undefined ? '' : `${responseTimeMs.toFixed(responseTimeMs < 10 ? 1 : 0)} ms`;
    table.push([target.name, target.probe, result.status, { content: time, hAlign: 'right' }, printable(said)]);
  }
  const down = outcomes.filter(({ result }) => !isUp(result.status));
  const names = down.map(({ target }) => target.name).join(', ');
  return `${table.toString()}\n${outcomes.length - down.length} of ${outcomes.length} up${names && `; down: ${names}`}\n`;
}

/** Servers have a say in it: no escape sequence of theirs reaches a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

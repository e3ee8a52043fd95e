/** Runs the steps one after the other: each has a result, whatever happened to those before it. */
import { stripVTControlCharacters } from 'node:util';
import { type Need, NEEDS } from './needs';
import type { Site } from './site';
import type { Step } from './step';

const LONGEST_REASON = 500;

export interface Result {
  step: Step;
  outcome: 'ok' | 'failed' | 'not run';
  /** What was seen; what is not so; why it was not run. */
  text: string;
  seconds: number;
}

/**
 * @param fulfilled what the caller has allowed or given
 * @param tell called with each result as it comes
 */
export async function runSteps(
  site: Site,
  steps: readonly Step[],
  fulfilled: ReadonlySet<Need>,
  tell: (result: Result) => void
): Promise<Result[]> {
  const results: Result[] = [];
  for (const step of steps) {
    const result = await runStep(site, step, fulfilled);
    results.push(result);
    tell(result);
  }
  return results;
}

async function runStep(site: Site, step: Step, fulfilled: ReadonlySet<Need>): Promise<Result> {
  const reason = lacking(site, step, fulfilled);
  if (reason !== undefined) return { step, outcome: 'not run', text: reason, seconds: 0 };
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  try {
    const text = await step.run(site);
    const left = await site.endStep();
    if (left.length > 0) throw new Error(`${text}; left behind: ${left.join('; ')}`);
    return { step, outcome: 'ok', text, seconds: since() };
  } catch (error) {
    // a page that has crashed has no picture
    await site.photograph(step.name.replaceAll(/\W+/g, '-')).catch(() => undefined);
    const left = await site.endStep();
    const text = [reasonOf(error), ...left.map((what) => `left behind: ${what}`)].join('; ');
    return { step, outcome: 'failed', text, seconds: since() };
  }
}

/** On one line; playwright's have colours, and a log of what it waited for. */
function reasonOf(error: unknown): string {
  return stripVTControlCharacters((error as Error).message)
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, LONGEST_REASON);
}

function lacking({ host }: Site, { needs = [] }: Step, fulfilled: ReadonlySet<Need>): string | undefined {
  for (const need of needs) {
    const reason = host.lacks.get(need);
    if (reason !== undefined) return reason;
    if (need === 'long' && !fulfilled.has(need)) return `takes ${NEEDS[need]}`;
  }
  return undefined;
}

/** Tells when the data answer another question than before. */
import type { DataFrame } from '@grafana/data';

/** Changes with the time range, and with it no question. */
const STEP = /\nStep: .*$/s;

/**
 * A variable has its new value before the data do: what a data source says it was asked decides whose answer they are. Those that do not say it are
 * not judged by it.
 * @returns a function of the data, with a number that is another one from the first answer to another question on
 */
export function createQuestions(): (series: readonly DataFrame[]) => number {
  const asked = new Map<string, Set<string>>();
  let count = 0;
  return (series) => {
    const now = new Map<string, Set<string>>();
    for (const { refId = '', meta } of series) {
      const text = meta?.executedQueryString?.replace(STEP, '');
      if (text) {
        now.set(refId, (now.get(refId) ?? new Set()).add(text));
      }
    }
    // a query without an answer is no other question
    if ([...now].some(([refId, texts]) => isOther(asked.get(refId), texts))) {
      asked.clear();
      count++;
    }
    now.forEach((texts, refId) => asked.set(refId, texts));
    return count;
  };
}

function isOther(before: ReadonlySet<string> | undefined, now: ReadonlySet<string>): boolean {
  return before !== undefined && ![...now].some((text) => before.has(text));
}

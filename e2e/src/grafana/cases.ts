/** Steps that look at several panels. */
import type { Site } from './site';
import { expect } from './step';

interface Case {
  readonly name: string;
  /** Of a page or a query that the preview does not have. */
  readonly isGrafanaOnly?: boolean;
}

/**
 * Looks at each case that this host has, also after one that is wrong.
 * @param look returns after how many milliseconds all was as it must be, and throws what is not so
 * @returns the names of the cases, and the longest time
 * @throws Error with what is wrong in each
 */
export async function lookAtEach<C extends Case>(
  site: Site,
  cases: readonly C[],
  look: (one: C) => Promise<number>
): Promise<{ run: string; slowestMs: number }> {
  const times: number[] = [];
  const wrong: string[] = [];
  const run = cases.filter(({ isGrafanaOnly }) => site.host.api !== undefined || !isGrafanaOnly);
  for (const one of run) {
    const took = await look(one).catch((error: Error) => void wrong.push(`${one.name}: ${error.message}`));
    if (took !== undefined) times.push(took);
  }
  expect(wrong.length === 0, wrong.join('; '));
  return { run: run.map(({ name }) => name).join(', '), slowestMs: Math.max(...times) };
}

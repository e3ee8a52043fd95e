/** One thing that must be so in a Grafana with this plugin. */
import type { Need } from './needs';
import type { Site } from './site';

export interface Step {
  /** Short and unique; with `--only` steps are chosen by it. */
  readonly name: string;
  /** What must be so, as a sentence. */
  readonly shows: string;
  readonly needs?: readonly Need[];
  /**
   * Leaves the site as it found it.
   * @returns what was seen, with figures, in a few words
   * @throws Error with what is not so
   */
  run(site: Site): Promise<string>;
}

/** @throws Error with `what` */
export function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** Looks at a running exporter from outside. */
import { waitFor } from '@onehertz/demo';
import type { ExporterProcess, Metrics } from './exporter-process';
import { wellOf } from './probes';

/** Waits until the board shows these statuses; `undefined`: any. Fails with those that do not come about. */
export async function allAre(
  exporter: ExporterProcess,
  statusOf: (name: string) => string | undefined,
  components: readonly { name: string }[]
): Promise<void> {
  let others: string[] = [];
  const look = async () => {
    const board = await exporter.components();
    others = components.flatMap(({ name }) => {
      const found = board[name];
      return found?.status === (statusOf(name) ?? found?.status) ? [] : [`${name}: ${JSON.stringify(found)}`];
    });
    return others.length === 0;
  };
  await waitFor(look, { timeoutMs: 75_000, what: 'the expected statuses', everyMs: 250 }).catch((error: Error) => {
    throw new Error(`${error.message}\n${others.join('\n')}`);
  });
}

/** Waits until the board shows of each what it shows while nothing is broken. */
export const allWell = (exporter: ExporterProcess, components: readonly { name: string }[]): Promise<void> =>
  allAre(exporter, wellOf, components);

/** How many probes of a component, successes among them, and ticks there were from `start` to `end`. */
export function countProbes(
  name: string,
  start: Metrics,
  end: Metrics
): { probes: number; successes: number; ticks: number } {
  const grown = (metric: string, labels?: Record<string, string>) =>
    end.sum(metric, labels) - start.sum(metric, labels);
  return {
    probes: grown('component_probes_total', { component: name }),
    successes: grown('component_probes_total', { component: name, result: 'success' }),
    ticks: grown('onehertz_ticks_total'),
  };
}

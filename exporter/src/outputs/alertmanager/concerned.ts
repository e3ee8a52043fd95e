/** Finds the components whose alerts are muted by silences. In slices: there may be a thousand silences and thousands of components. */
import { foremost, type Silence } from '../../board/silence';
import type { Target } from '../../probes';
import { createSlice } from '../../runtime/slices';
import type { SafeText } from '../../text/safe-text';
import type { KnownSilence } from './answer';
import { alertsText, labelsOfAlerts, matchersBeyond } from './matchers';

export interface Concerned {
  silence: KnownSilence;
  /** Not empty. `only`: the alerts that are muted, see {@link Silence.only}. */
  components: readonly { name: string; only: SafeText }[];
}

export interface Found {
  concerned: Concerned[];
  /** Silences that were not looked at, as there was no time for more. */
  left: number;
}

/** Of a processor, for one look at all of them: a hostile server may list what takes long to be matched. */
const MOST_WORK_MS = 1000;

export async function findConcerned(silences: readonly KnownSilence[], targets: readonly Target[]): Promise<Found> {
  const concerned: Concerned[] = [];
  const labels = targets.map((target) => ({ name: target.name, labels: labelsOfAlerts(target) }));
  const slice = createSlice();
  let worked = 0;
  let since = performance.now();
  for (const [index, silence] of silences.entries()) {
    // what is compared with a text first
    const matchers = silence.matchers.toSorted((a, b) => Number(a.isRegex) - Number(b.isRegex));
    const components: { name: string; only: SafeText }[] = [];
    for (const { name, labels: own } of labels) {
      const beyond = matchersBeyond(matchers, own);
      if (beyond) components.push({ name, only: alertsText(beyond) });
      if (!slice.isOver()) continue;
      worked += performance.now() - since;
      if (worked > MOST_WORK_MS) return { concerned, left: silences.length - index };
      await slice.next();
      since = performance.now();
    }
    if (components.length > 0) concerned.push({ silence, components });
  }
  return { concerned, left: 0 };
}

/** What the board shows at time `now`, by component. @param pageOf the page of a silence for people; '' if there is none */
export function shownSilences(
  concerned: readonly Concerned[],
  now: number,
  pageOf: (id: string) => string
): ReadonlyMap<string, Silence> {
  const shown = new Map<string, Silence>();
  for (const { silence, components } of concerned) {
    const { id, state, until, by, reason } = silence;
    if (state !== 'active' || until <= now) continue;
    const page = pageOf(id);
    for (const { name, only } of components)
      shown.set(name, foremost(shown.get(name), { id, until, by, reason, only, page }));
  }
  return shown;
}

/** The statuses of a component in the last minutes, for those who begin to watch. */
import {
  RANK,
  RECENT_SECONDS,
  statusOfRank,
  writeRuns,
  type RecentJson,
  type Run,
  type Status,
} from '@onehertz/contract';

/** The rank of a second of which nothing is known. */
const NOTHING = 0;
/** Set back further than this, the clock gives seconds anew that are remembered already. */
const CLOCK_STEP_SECONDS = 2;

/** A ring of bytes, one for each second: 300 bytes per component whatever happens, and 250 more of the engine's. */
export class RecentStatuses {
  readonly #ranks = new Uint8Array(RECENT_SECONDS);
  /** The newest second, since the epoch. */
  #newest = -Infinity;

  /** Notes that it had this status within a second; the worst one counts. @param at in milliseconds since the epoch */
  add(at: number, status: Status): void {
    const second = Math.floor(at / 1000);
    if (second < this.#newest - CLOCK_STEP_SECONDS) this.#newest = -Infinity;
    if (second > this.#newest) {
      // seconds that were left out, and what is left of an older round of the ring
      const first = Math.max(this.#newest + 1, second - RECENT_SECONDS + 1);
      for (let each = first; each <= second; each++) this.#ranks[each % RECENT_SECONDS] = NOTHING;
      this.#newest = second;
    }
    const slot = second % RECENT_SECONDS;
    this.#ranks[slot] = Math.max(this.#ranks[slot] ?? NOTHING, RANK[status]);
  }

  /** The last second of which something is known, since the epoch; -Infinity before the first. */
  get until(): number {
    return this.#newest;
  }

  /** Up to `until`, oldest first; seconds before the first that is known are left out. */
  runs(): Run[] {
    const runs: Run[] = [];
    if (this.#newest === -Infinity) return runs;
    const ranks = this.#ranks;
    // thousands of rings are read at once: only where a status ends is there more to do than to compare two bytes
    let slot = (this.#newest + 1) % ranks.length;
    let rank = ranks[slot];
    let seconds = 0;
    for (let left = ranks.length; left > 0; left--) {
      if (ranks[slot] !== rank) {
        addRun(runs, rank, seconds);
        rank = ranks[slot];
        seconds = 0;
      }
      seconds++;
      slot = slot + 1 === ranks.length ? 0 : slot + 1;
    }
    addRun(runs, rank, seconds);
    return runs;
  }
}

function addRun(runs: Run[], rank: number | undefined, seconds: number): void {
  const status = statusOfRank(rank ?? NOTHING);
  if (status || runs.length > 0) runs.push({ status, seconds });
}

/** As the API and the stream say it; `undefined` if nothing is known yet. */
export function recentJson(recent: Pick<RecentStatuses, 'until' | 'runs'>): RecentJson | undefined {
  const { until } = recent;
  if (until === -Infinity) return undefined;
  return { until: new Date(until * 1000).toISOString(), statuses: writeRuns(recent.runs()) };
}

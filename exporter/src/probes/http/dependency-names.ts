/** Names of dependencies become labels: one that is new is a series that Prometheus keeps for hours. */

/** As many as two pages list. */
const MOST_NEW = 100;
const PER_MS = 3_600_000;

/**
 * @returns a function that says whether a name may become a label: of those that are new, {@link MOST_NEW} in an hour. What a service invents
 * anew each second is left out of the figures, and still counts for what it says of itself.
 */
export function createKnownNames(now: () => number = () => performance.now()): (name: string) => boolean {
  const known = new Set<string>();
  let began = -Infinity;
  return (name) => {
    if (known.has(name)) return true;
    const at = now();
    if (known.size >= MOST_NEW) {
      if (at - began < PER_MS) return false;
      known.clear();
    }
    if (known.size === 0) began = at;
    known.add(name);
    return true;
  };
}

/** What servers say becomes labels in few places: a text that is new is a series that Prometheus keeps for hours. */

const PER_MS = 3_600_000;

/**
 * @param most texts that are new may become labels in an hour. What a server invents anew each second is left out of the labels, and
 *   told everywhere else
 * @returns a function that says whether a text may become a label
 */
export function createLabelLimit(most: number, now: () => number = () => performance.now()): (text: string) => boolean {
  const known = new Set<string>();
  let began = -Infinity;
  return (text) => {
    if (known.has(text)) return true;
    const at = now();
    if (known.size >= most) {
      if (at - began < PER_MS) return false;
      known.clear();
    }
    if (known.size === 0) began = at;
    known.add(text);
    return true;
  };
}

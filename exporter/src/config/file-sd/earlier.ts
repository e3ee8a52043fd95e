/** What stands in for a target that was edited and is wrong now: the same target as it was when it was right. */
import { isMap } from '../reading/source';
import type { SdFile, SdSource } from './files';

/**
 * The file with the earlier versions of targets that are wrong in it now.
 * @param wrong their positions
 * @param before what was taken of the same file when it was read last
 * @returns the positions of which there is an earlier version, too
 */
export function withEarlier(
  file: SdFile,
  wrong: ReadonlySet<number>,
  before: SdFile | undefined
): { file: SdFile; earlier: ReadonlySet<number> } {
  const earlier = new Map<number, () => SdSource>();
  if (before === undefined || wrong.size === 0) return { file, earlier: new Set() };
  const now = file.targets.map((make) => keysOf(make()));
  const then = before.targets.map((make) => ({ make, ...keysOf(make()) }));
  const present = new Set(now.map(({ target }) => target));
  const used = new Set<unknown>();
  for (const index of wrong) {
    const edited = now[index];
    const free = then.filter((one) => !used.has(one));
    const sameTarget = free.filter(({ target }) => target === edited?.target);
    const moved = free.find((one) => one.name === edited?.name && !present.has(one.target));
    const there = then[index];
    const inPlace = there && free.includes(there) && !present.has(there.target) ? there : undefined;
    const found = sameTarget.find(({ name }) => name === edited?.name) ?? sameTarget[0] ?? moved ?? inPlace;
    if (found === undefined) continue;
    used.add(found);
    earlier.set(index, found.make);
  }
  const targets = file.targets.map((make, index) => earlier.get(index) ?? make);
  return { file: { ...file, targets }, earlier: new Set(earlier.keys()) };
}

/** By what a target is known again: what is written, and what it is called. */
function keysOf({ target, value }: SdSource): { target: string; name: unknown } {
  return { target, name: isMap(value) ? value['name'] : undefined };
}

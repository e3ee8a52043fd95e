/** Which exporters push to one stream. There must be one: two boards in one channel flicker between what each says. */

/** When each was seen, in milliseconds since the epoch. */
export type Pushers = Map<string, { first: number; last: number }>;

/** An exporter that has not pushed for this long is none of them: it was stopped, or started anew under another name. */
const FORGET_AFTER_MS = 10_000;

/** A row by this exporter came. */
export function notePusher(pushers: Pushers, exporter: string, now: number): void {
  for (const [name, { last }] of pushers) {
    if (now - last > FORGET_AFTER_MS) {
      pushers.delete(name);
    }
  }
  pushers.set(exporter, { first: pushers.get(exporter)?.first ?? now, last: now });
}

/** @returns a sentence if two push by turns; one that took the place of another does not */
export function severalPushers(pushers: Pushers, now: number): string | undefined {
  const present = [...pushers].filter(([, { last }]) => now - last <= FORGET_AFTER_MS);
  const byTurns = present.filter(([, one]) =>
    present.some(([, other]) => other !== one && other.first < one.last && one.first < other.last)
  );
  if (byTurns.length === 0) {
    return undefined;
  }
  const names = byTurns.map(([name]) => name).sort();
  return `Several exporters push to one stream, and this board mixes what they say: ${names.join(' and ')} (host/process/start). Give each a grafana_live.stream_id of its own.`;
}

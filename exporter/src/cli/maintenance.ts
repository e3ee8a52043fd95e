/** `onehertz maintenance`: asks a running exporter for maintenance of components, ends it, or lists it. */
import type { JsonObject } from '@onehertz/contract';
import { fail } from './check';
import { ask, listOf, requestQuery, tableOf, type RequestFlags } from './exporter-client';

/** @param words components, and, unless it is to be ended, how long as the last of them; none: list */
export async function maintenance(words: readonly string[], flags: RequestFlags): Promise<void> {
  if (flags.end) {
    if (words.length === 0) fail('onehertz maintenance --end needs the name of a component.');
    for (const name of words) {
      await ask(flags, 'DELETE', `maintenance/${encodeURIComponent(name)}`);
      process.stdout.write(`Maintenance of ${name} ended.\n`);
    }
    return;
  }
  const answer =
    words.length === 0
      ? await ask(flags, 'GET', 'maintenance')
      : await ask(flags, 'POST', `maintenance${requestQuery(words, flags, 'maintenance')}`);
  process.stdout.write(table(answer));
}

const table = ({ maintenance: entries }: JsonObject) =>
  tableOf(listOf(entries), ['component', 'until', 'by', 'reason'], 'No maintenance was requested.');

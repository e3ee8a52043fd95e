/** `onehertz silence`: has a running exporter make silences of Alertmanager for components, ends them, or lists them. */
import type { JsonObject, JsonValue } from '@onehertz/contract';
import { safeText } from '../text/safe-text';
import { fail } from './check';
import { ask, listOf, requestQuery, tableOf, type RequestFlags } from './exporter-client';

/** @param words components, and, unless they are to be ended, how long as the last of them; none: list */
export async function silence(words: readonly string[], flags: RequestFlags): Promise<void> {
  if (flags.end) {
    if (words.length === 0) fail('onehertz silence --end needs the name of a component.');
    return end(words, flags);
  }
  if (words.length === 0) {
    const { silences } = await ask(flags, 'GET', 'silences');
    return void process.stdout.write(table(listOf(silences)));
  }
  const { silence: made } = await ask(flags, 'POST', `silences${requestQuery(words, flags, 'silence')}`);
  process.stdout.write(table(listOf([made ?? null])));
}

/** One that concerns other components as well is not ended: somebody counts on it. */
async function end(names: readonly string[], flags: RequestFlags): Promise<void> {
  const all = listOf((await ask(flags, 'GET', 'silences')).silences);
  const ofThese = all.filter((one) => componentsOf(one).some((name) => names.includes(name)));
  for (const name of names)
    if (!ofThese.some((one) => componentsOf(one).includes(name)))
      fail(`There is no silence of ${safeText(name, 100)}, or it has ended; "onehertz silence" lists them.`);
  for (const one of ofThese) {
    const others = componentsOf(one).filter((name) => !names.includes(name));
    if (others.length > 0)
      fail(
        `The silence ${idOf(one)} (${textOf(one.matchers)}) also mutes ${safeText(others.join(', '), 200)}; ` +
          `name these, too, or end it in Alertmanager: amtool silence expire ${idOf(one)}`
      );
  }
  for (const one of ofThese) {
    await ask(flags, 'DELETE', `silences/${encodeURIComponent(idOf(one))}`);
    process.stdout.write(`Silence of ${safeText(componentsOf(one).join(', '), 300)} ended.\n`);
  }
}

const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? safeText(value, 200) : '');

const idOf = ({ id }: JsonObject) => textOf(id);

const componentsOf = ({ components }: JsonObject) =>
  listOf(components).flatMap(({ component }) => (typeof component === 'string' ? [component] : []));

/** A row for each component of each silence. */
const table = (silences: readonly JsonObject[]) =>
  tableOf(
    silences.flatMap((one) => listOf(one.components).map((own) => ({ ...one, ...own }))),
    ['component', 'state', 'until', 'by', 'reason', 'only'],
    'No silence of Alertmanager concerns a component.'
  );

/** Tells documents about business from documents about health: an order that failed is no outage. */
import { roleOf } from './words/keys';
import type { Mark } from './words/marks';
import { statusOfWord } from './words/words';

/**
 * Whether a map is a record of business: two of its fields are of that kind, or one beside an id, or it calls itself so: `type: "job"`.
 * @param fields its texts and numbers with the mark of their key
 * @param isOneOfMany in a list: an id of any kind and a person suffice, elsewhere the id has to be a number
 * @param readsType whether what it calls itself counts
 */
export function isRecordOfBusiness(
  fields: readonly [Mark, string | number][],
  isOneOfMany: boolean,
  readsType: boolean
): boolean {
  let marks = 0;
  let trades = 0;
  let hasId = false;
  let isNumbered = isOneOfMany;
  for (const [mark, value] of fields) {
    if (mark === 'id') {
      hasId = true;
      isNumbered ||= typeof value === 'number';
    } else if (mark === 'type') {
      if (readsType && typeof value === 'string' && roleOf(value).kind === 'work') return true;
    } else if (typeof value === 'number' || statusOfWord(value) === undefined) {
      marks += 1;
      if (mark === 'trade') trades += 1;
    }
  }
  return marks > 1 || (hasId && (trades > 0 || (isNumbered && marks > 0)));
}

/** Tells documents about business from documents about health: an order that failed is no outage. */
import { statusOfWord } from './words';

const set = (words: string) => new Set(words.split(' '));
/** What is traded. */
const TRADE = set('price amount currency customer quantity sku iban subtotal discount carrier tracking invoice grade');
/** Whom it is about. */
const PERSON = set('email username firstname lastname phone birthday birthdate user student');
const IDS = set('id uuid guid');

/** What a key is in a record: `customer_id` and `unit_price` say what it is about, `id` that it is one of many. */
export type Mark = 'trade' | 'person' | 'id' | undefined;

/** @param tokens the words of the key */
export function markOf(tokens: readonly string[]): Mark {
  const per = tokens.indexOf('per');
  if (per > 0) return markOf(tokens.slice(0, per));
  const last = tokens.at(-1) ?? '';
  if (tokens.length === 1 && IDS.has(last)) return 'id';
  const about = IDS.has(last) || last === 'number' ? (tokens.at(-2) ?? '') : last;
  if (TRADE.has(about)) return 'trade';
  return PERSON.has(about) || PERSON.has(tokens.slice(-2).join('')) ? 'person' : undefined;
}

/**
 * Whether a map is a record of business: two of its fields are of that kind, or one beside an id.
 * @param fields its texts and numbers with the mark of their key
 * @param isOneOfMany in a list: an id of any kind and a person suffice, elsewhere the id has to be a number
 */
export function isRecordOfBusiness(fields: readonly [Mark, string | number][], isOneOfMany: boolean): boolean {
  let marks = 0;
  let trades = 0;
  let hasId = false;
  let isNumbered = isOneOfMany;
  for (const [mark, value] of fields) {
    if (mark === 'id') {
      hasId = true;
      isNumbered ||= typeof value === 'number';
    } else if (typeof value === 'number' || statusOfWord(value) === undefined) {
      marks += 1;
      if (mark === 'trade') trades += 1;
    }
  }
  return marks > 1 || (hasId && (trades > 0 || (isNumbered && marks > 0)));
}

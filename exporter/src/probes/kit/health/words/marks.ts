/** Which keys belong to records of business. */
import { wordSet } from './tokens';

/** What is traded. */
const TRADE = wordSet(
  'price amount currency customer quantity sku iban subtotal discount carrier tracking invoice grade balance'
);
/** Whom it is about. */
const PERSON = wordSet('email username firstname lastname phone birthday birthdate user student');
const IDS = wordSet('id uuid guid number');
const TYPES = wordSet('type object');

/**
 * What a key is in a record: `customer_id` and `unit_price` say what it is about, `id` that it is one of many, and `type` may say what it
 * is.
 */
export type Mark = 'trade' | 'person' | 'id' | 'type' | undefined;

/** @param tokens the words of the key */
export function markOf(tokens: readonly string[]): Mark {
  const per = tokens.indexOf('per');
  if (per > 0) return markOf(tokens.slice(0, per));
  const last = tokens.at(-1) ?? '';
  if (tokens.length === 1 && IDS.has(last)) return 'id';
  if (tokens.length === 1 && TYPES.has(last)) return 'type';
  const about = IDS.has(last) ? (tokens.at(-2) ?? '') : last;
  if (TRADE.has(about)) return 'trade';
  return PERSON.has(about) || PERSON.has(tokens.slice(-2).join('')) ? 'person' : undefined;
}

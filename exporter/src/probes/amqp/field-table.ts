/** Field tables of AMQP: how many elements they have, and how deep. https://www.rabbitmq.com/amqp-0-9-1-errata#section_3 */
import { LIMITS, TooMuch } from '../kit/inbound/limits';

/** Bytes of the values that have a fixed size, by the letter of their type. */
const SIZES = new Map(
  Object.entries({ b: 1, B: 1, t: 1, s: 2, u: 2, I: 4, i: 4, f: 4, D: 5, d: 8, l: 8, T: 8, V: 0 }).map(
    ([letter, size]) => [letter.charCodeAt(0), size]
  )
);
const [TEXT, BYTES, TABLE, ARRAY] = ['S', 'x', 'F', 'A'].map((letter) => letter.charCodeAt(0));

const invalid = () => new Error('Invalid frame: a table that is none');

/** @param at where its length stands @throws TooMuch, or Error where it is not a table that lies within `data` */
export function checkTable(data: Buffer, at: number): void {
  /** Where each of the tables and arrays ends that are not complete; those of arrays are negative. */
  const open: number[] = [];
  let elements = 0;
  let cursor = at;

  const within = (size: number) => {
    const end = open.length === 0 ? data.length : Math.abs(open.at(-1) as number);
    if (cursor + size > end) throw invalid();
  };
  const length = () => {
    within(4);
    const size = data.readUInt32BE(cursor);
    cursor += 4;
    within(size);
    return size;
  };
  const enter = (isArray: boolean) => {
    const end = length() + cursor;
    if (open.length >= LIMITS.depth) throw new TooMuch(`nests a table ${open.length} deep or more`);
    open.push(isArray ? -end : end);
  };

  enter(false);
  while (open.length > 0) {
    const end = open.at(-1) as number;
    if (cursor === Math.abs(end)) {
      open.pop();
      continue;
    }
    elements += 1;
    if (elements > LIMITS.elements) throw new TooMuch(`sends a table of ${elements} elements or more`);
    if (end > 0) {
      within(1);
      const name = 1 + (data[cursor] as number);
      within(name);
      cursor += name;
    }
    within(1);
    const type = data[cursor] as number;
    cursor += 1;
    if (type === TABLE || type === ARRAY) enter(type === ARRAY);
    else {
      const size = type === TEXT || type === BYTES ? length() : SIZES.get(type);
      if (size === undefined) throw invalid();
      within(size);
      cursor += size;
    }
  }
}

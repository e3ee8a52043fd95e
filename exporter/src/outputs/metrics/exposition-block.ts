/** A part of the exposition that is cached while unchanged. If only digits change, they are updated in place. */
import type { Family, Series } from './component-families';

const LINE_END = 0x0a;
const SPACE = 0x20;
const POINT = 0x2e;
const ZERO = 0x30;

/** The samples of one metric for some components. */
export class Block {
  readonly #family: Family;
  readonly #series: readonly Series[];
  /** The input of the text, by component. */
  readonly #sources: unknown[] = [];
  /** Never modified, as it may still be in use by a scrape. */
  #text: Buffer | undefined;
  /** Line ends in {@link #text}, if its values may be updated in place. */
  #ends: Int32Array | undefined;

  /** @param onFailure told of a component whose samples cannot be written, and are left out */
  constructor(
    family: Family,
    series: readonly Series[],
    private readonly onFailure: (series: Series, error: unknown) => void
  ) {
    this.#family = family;
    this.#series = series;
  }

  text(): Buffer {
    if (!this.#isNews() && this.#text) return this.#text;
    return (this.#text = this.#renumbered() ?? this.#written());
  }

  #attempt<T>(series: Series, make: (series: Series) => T, instead: T): T {
    try {
      return make(series);
    } catch (error) {
      this.onFailure(series, error);
      return instead;
    }
  }

  #isNews(): boolean {
    let news = false;
    for (let i = 0; i < this.#series.length; i++) {
      const source = this.#attempt(this.#series[i] as Series, this.#family.source, undefined);
      if (isSame(source, this.#sources[i])) continue;
      this.#sources[i] = source;
      news = true;
    }
    return news;
  }

  #written(): Buffer {
    let text = '';
    for (const one of this.#series) text += this.#attempt(one, this.#family.lines, '');
    const written = Buffer.from(text);
    if (this.#family.digits) this.#ends = lineEnds(written);
    return written;
  }

  /** The text with current values; `undefined` if lines differ or values need more space. */
  #renumbered(): Buffer | undefined {
    const { digits } = this.#family;
    if (!digits || !this.#text || !this.#ends) return undefined;
    const text = Buffer.from(this.#text);
    let line = 0;
    for (const one of this.#series) {
      const values = this.#attempt(one, digits, []);
      for (let i = 0; i < values.length; i++) {
        const end = this.#ends[line++];
        if (end === undefined || !writeOver(text, end, values[i] as number)) return undefined;
      }
    }
    return line === this.#ends.length ? text : undefined;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => Object.is(one, b[i]));
  return Object.is(a, b);
}

function lineEnds(text: Buffer): Int32Array {
  const ends: number[] = [];
  for (let end = text.indexOf(LINE_END); end >= 0; end = text.indexOf(LINE_END, end + 1)) ends.push(end);
  return Int32Array.from(ends);
}

/**
 * Overwrites a number by one with at most as many digits; the decimal point stays.
 * @param end of the number in `text` @returns whether there was space for all digits
 */
function writeOver(text: Buffer, end: number, digits: number): boolean {
  let rest = digits;
  for (let at = end - 1; text[at] !== SPACE; at--) {
    if (text[at] === POINT) continue;
    const higher = Math.floor(rest / 10);
    text[at] = ZERO + rest - higher * 10;
    rest = higher;
  }
  return rest === 0;
}

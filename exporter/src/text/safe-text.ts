/** What others say, made fit to be shown: messages, versions, labels and names. */
import { redact } from './redact';

declare const safe: unique symbol;

/**
 * One line of bounded length, without control characters, escape sequences of terminals, marks that turn the direction of writing, and halves
 * of characters. Made here and nowhere else: what is shown of a component has this type.
 */
export type SafeText = string & { readonly [safe]: true };

/** A server may send megabytes: of more than this nothing is looked at, whatever it costs to look. */
const MOST_READ = 10_000;

// Cc, Cf and Cs: line breaks, escape sequences of terminals, marks of direction, halves of surrogate pairs
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu;
const BLANKS = /[\p{Cc}\p{Cf}\p{Cs}\s]+/gu;
/** One word with nothing in it that could be a secret, or that would have to be replaced. */
const PLAIN = /^[\w.,/+-]*$/;
/** The usual text. */
const VISIBLE = /^[\x20-\x7e]*$/;

/**
 * Words of a server or a library: cut, then credentials and `secrets` are taken out, then cut to the length that is shown.
 * @param maxLength in characters, at most some hundred
 */
export function safeText(text: string, maxLength: number, secrets: readonly string[] = []): SafeText {
  // the usual case, many times a second
  if (secrets.length === 0 && text.length <= maxLength && PLAIN.test(text)) return text as SafeText;
  // longer than what is shown, or half of a secret would go unrecognized
  const line = redact(text.slice(0, MOST_READ), secrets).replace(BLANKS, ' ').trim();
  return cut(line, maxLength);
}

/** A text of our own, or one that credentials were taken out of already; blanks stay as they are. */
export function visible(text: string, maxLength: number): SafeText {
  if (text.length <= maxLength && VISIBLE.test(text)) return text as SafeText;
  // longer by what may be taken out
  return cut(text.slice(0, 2 * maxLength).replace(UNSAFE, ' '), maxLength);
}

function cut(line: string, maxLength: number): SafeText {
  if (line.length <= maxLength) return line as SafeText;
  const head = line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '');
  return `${head.trimEnd()}…` as SafeText;
}

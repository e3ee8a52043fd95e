/**
 * Labels on their way to the browser. Grafana sends all labels of a row as one text, `a=1, b=2`, which the page splits at commas and equals signs, with
 * no way to escape them; its parser on the way there has no way to write a backslash, a tab or a line break in one. So some characters
 * are replaced, and {@link inexactLabels} are sent in `details` once more. See docs/decisions/0005-live-fields.md.
 */

/**
 * A label's value as that text can carry it: `,`, `=` and `\` become their full-width forms, runs of white space and control characters
 * one space.
 */
export function tagValue(text: string): string {
  // the usual case: the exporter asks for every label, every second
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[,=\\]/g, (character) => String.fromCharCode(character.charCodeAt(0) + FULL_WIDTH))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const PLAIN = /^[\w.:/-]*$/;

/** From an ASCII character to its full-width form: `,` → `，`, `=` → `＝`, `\` → `＼`. */
const FULL_WIDTH = 0xfee0;

/** Those labels that {@link tagValue} changes; `undefined` if there are none. */
export function inexactLabels(labels: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const inexact = Object.entries(labels).filter(([, value]) => tagValue(value) !== value);
  return inexact.length > 0 ? Object.fromEntries(inexact) : undefined;
}

/** As `data.Labels.String()` of Grafana's Go SDK writes them: sorted by name, and nothing is escaped. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(', ');
}

/** What {@link labelsText} wrote. */
export function parseLabelsText(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    if (at > 0) labels[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return labels;
}

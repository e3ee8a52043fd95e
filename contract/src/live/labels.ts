/**
 * Encoding of labels for the browser. Grafana sends all labels of a row as one text, `a=1, b=2`, which the frontend
 * splits at commas and equals signs without any escaping; its parser cannot represent a backslash, tab or line break in
 * a label. Such characters are therefore replaced, and {@link inexactLabels} are also sent in `details`. See
 * docs/decisions/0005-live-fields.md.
 */

/**
 * A label value that is safe in that text: `,`, `=` and `\` become their full-width forms, runs of white space and
 * control characters one space.
 */
export function tagValue(text: string): string {
  // fast path: the exporter calls this for every label, every second
  if (PLAIN.test(text)) return text;
  return text
    .replace(/[,=\\]/g, (character) => String.fromCharCode(character.charCodeAt(0) + FULL_WIDTH))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const PLAIN = /^[\w.:/-]*$/;

/** Offset from an ASCII character to its full-width form: `,` → `，`, `=` → `＝`, `\` → `＼`. */
const FULL_WIDTH = 0xfee0;

/** The labels that {@link tagValue} changes; `undefined` if there are none. */
export function inexactLabels(labels: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const inexact = Object.entries(labels).filter(([, value]) => tagValue(value) !== value);
  return inexact.length > 0 ? Object.fromEntries(inexact) : undefined;
}

/** The format of `data.Labels.String()` in Grafana's Go SDK: sorted by name, without escaping. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(', ');
}

/** Parses the output of {@link labelsText}. */
export function parseLabelsText(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    if (at > 0) labels[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return labels;
}

/** Splits a name into the two lines of a hexagon. */

const MOST_LINES = 2;

/**
 * Breaks after spaces and hyphens. Truncated without an ellipsis, because the visible text must be the beginning of the
 * accessible name (WCAG 2.5.3).
 * @param characters per line
 */
export function nameLines(name: string, characters: number): string[] {
  const most = Math.max(1, Math.floor(characters));
  const lines: string[] = [];
  let line = '';
  for (const word of name.match(/[^\s_-]+[\s_-]*|[\s_-]+/g) ?? []) {
    if (line !== '' && lengthOf(line + word.trimEnd()) > most) {
      lines.push(line);
      line = '';
    }
    line += word;
  }
  lines.push(line);
  return lines
    .slice(0, MOST_LINES)
    .map((text) => ([...text.trimEnd()].length > most ? [...text].slice(0, most).join('') : text))
    .filter((text) => text.trim() !== '');
}

function lengthOf(text: string): number {
  return [...text].length;
}

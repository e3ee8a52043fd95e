/** A name in the two lines that a hexagon has room for. */

const MOST_LINES = 2;

/**
 * Breaks after spaces and hyphens. What does not fit is cut off without an ellipsis: what is seen has to be the beginning of what is
 * said (WCAG 2.5.3).
 * @param characters in one line
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

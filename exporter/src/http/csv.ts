/** Texts of others in a table that people open in a spreadsheet. */

/**
 * Where a cell may begin: at the start, and behind what some spreadsheets take for the end of one, whatever the file says of itself (Excel goes by the
 * system's list separator: `;` in much of Europe), with blanks and quotes in between.
 */
const FORMULA = /(^|[;,|\t\r\n])([ \u00a0"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** The text with an apostrophe before each sign that would begin a formula. */
export function csvText(text: string): string {
  return text.replace(FORMULA, "$1$2'");
}

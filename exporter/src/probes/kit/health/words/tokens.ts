/** Splits names and phrases into words: `databaseStatus`, `database_status` and `Database status` are equal. */

const SIMPLE = /^[a-z0-9]+$/;

/** The words in lower case, without apostrophes: `isn't OutOfService` → `isnt`, `out`, `of`, `service`. */
export function tokensOf(text: string): string[] {
  if (SIMPLE.test(text)) return [text];
  return text
    .replace(/['’]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token !== '');
}

/** The words of a text with spaces. To be called once, not for every document. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '));

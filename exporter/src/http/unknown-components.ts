/** The answer about components that are not there. */
import { safeText } from '../text/safe-text';

const MOST_NAMED = 5;

/** `there is no component "redis"; /api/v1/components lists them`. @param names at least one */
export function unknownComponents(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => `"${safeText(name, 100)}"`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `there is no component ${shown.join(', ')}${more}; /api/v1/components lists them`;
}

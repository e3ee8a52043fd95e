/** XML that others wrote, looked at before a library parses it: in one pass, from tag to tag. */
import { LIMITS, TooMuch } from './limits';

/** The longest that S3 needs is that of a namespace. */
const MAX_TAG = 256;
const MAX_TEXT = 8192;
/** Only the root, and an owner, have some. */
const MAX_WITH_ATTRIBUTES = 10;
/** Deeper than any answer of S3. */
const MAX_DEPTH = 20;

/** @throws TooMuch, or Error where it is no XML that S3 sends: without comments, sections of data, types and entities of its own */
export function checkMarkup(text: string): void {
  let depth = 0;
  let elements = 0;
  let withAttributes = 0;
  let textFrom = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', textFrom)) {
    if (at - textFrom > MAX_TEXT) throw new TooMuch(`sends XML with a text of ${at - textFrom} characters`);
    const end = text.indexOf('>', at);
    if (end < 0) throw new Error('its XML ends within a tag');
    if (end - at > MAX_TAG) throw new TooMuch(`sends XML with a tag of ${end - at} characters`);
    const tag = text.slice(at + 1, end);
    textFrom = end + 1;
    if (tag.startsWith('?')) continue;
    if (tag.startsWith('!')) throw new Error('its XML has declarations, which S3 does not send');
    elements += 1;
    if (elements > LIMITS.elements) throw new TooMuch(`sends XML of ${elements} tags or more`);
    if (tag.includes('=') && ++withAttributes > MAX_WITH_ATTRIBUTES)
      throw new TooMuch(`sends XML with attributes in ${withAttributes} tags or more`);
    if (tag.startsWith('/')) depth -= 1;
    else if (!tag.endsWith('/')) depth += 1;
    if (depth > MAX_DEPTH) throw new TooMuch(`nests its XML ${depth} deep or more`);
  }
  if (text.length - textFrom > MAX_TEXT) throw new TooMuch('sends XML with a text behind its end');
}

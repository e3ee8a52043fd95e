/** JSON that others wrote, looked at before it is parsed: in one pass, without keeping anything. */
import { LIMITS } from './limits';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Whether the text, if it is JSON, has no more elements than may be read, and is not deeper. */
export function isBounded(text: string): boolean {
  let elements = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COMMA) elements += 1;
    else if (code === BRACKET || code === BRACE) {
      elements += 1;
      depth += 1;
      if (depth > LIMITS.depth) return false;
    } else if (code === BRACKET_END || code === BRACE_END) depth -= 1;
    if (elements > LIMITS.elements) return false;
  }
  return true;
}

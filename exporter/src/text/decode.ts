/** Percent-encoding as people write it, who leave it out where they do not know of it. */

/** The text without percent-encoding; as it is, where that is none: a password may hold a raw `%`. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

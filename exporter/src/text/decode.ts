/** Percent-decoding that tolerates text which is not encoded. */

/** The decoded text; unchanged if it is not valid percent-encoding, as a password may contain a raw `%`. */
export function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

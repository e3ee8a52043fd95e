/** The constant part of a health document: most documents change only in their uptime and the time of day. */

export interface Skeleton {
  /** The document without changing values. */
  text: string;
  /** The removed uptime; `undefined` if there is none, or more than one. */
  uptimeSeconds: number | undefined;
}

// In JSON, an unescaped quote, a name, a quote and a colon can only be a key. Only numbers and times of day are
// removed: in a list of dependencies, a word or a small number under the same name could be a status.
const UPTIME = /"(?:uptime|uptime_?seconds|uptime_s)"\s*:\s*(0|[1-9]\d{0,14}(?:\.\d{1,15})?)(?=\s*[,}])/i;
const TIMES =
  /"(?:timestamp|time|now|date|server_?time|current_?time)"\s*:\s*(?:"\d{4}-\d\d-\d\d[T ][\d:.,+Z -]{0,40}"|\d{10,16}(?:\.\d{1,9})?)(?=\s*[,}])/gi;

/** JSON documents with the same skeleton differ only in their uptime, as far as they are evaluated. */
export function skeletonOf(document: string): Skeleton {
  // a text among texts is read in another way than a number among them
  const text = document.replace(TIMES, (time) => (time.endsWith('"') ? 'T' : 'N'));
  const found = UPTIME.exec(text);
  if (!found) return { text, uptimeSeconds: undefined };
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length);
  return UPTIME.test(rest) ? { text, uptimeSeconds: undefined } : { text: rest, uptimeSeconds: Number(found[1]) };
}

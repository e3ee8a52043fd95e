/** What of a health document stays from second to second: most change in nothing but their uptime and the time of day. */

export interface Skeleton {
  /** The document without the values that move. */
  text: string;
  /** The uptime that was taken out; `undefined` if there is none, or more than one. */
  uptimeSeconds: number | undefined;
}

// In JSON an unescaped quote, a name, a quote and a colon are a key and nothing else, wherever they stand. Only what is a number or a
// time of day is taken out: in a list of dependencies, a word or a small number under the same name would be a status.
const UPTIME = /"(?:uptime|uptime_?seconds|uptime_s)"\s*:\s*(0|[1-9]\d{0,14}(?:\.\d{1,15})?)(?=\s*[,}])/i;
const TIMES =
  /"(?:timestamp|time|now|date|server_?time|current_?time)"\s*:\s*(?:"\d{4}-\d\d-\d\d[T ][\d:.,+Z -]{0,40}"|\d{10,16}(?:\.\d{1,9})?)(?=\s*[,}])/gi;

/** Two JSON documents with the same skeleton differ in nothing that is read of them but the uptime. */
export function skeletonOf(document: string): Skeleton {
  const text = document.replace(TIMES, '');
  const found = UPTIME.exec(text);
  if (!found) return { text, uptimeSeconds: undefined };
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length);
  return UPTIME.test(rest) ? { text, uptimeSeconds: undefined } : { text: rest, uptimeSeconds: Number(found[1]) };
}

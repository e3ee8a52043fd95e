/** Problems of a configuration as values: complete, readable, without stack traces and without secrets. */

/** A path inside a configuration: `['components', 3, 'timeout']`. */
export type Path = readonly PropertyKey[];

export interface ConfigProblem {
  /** The file as named by the user, or `environment`. */
  file: string;
  /** Counted from 1; absent if the problem has no position in the file. */
  line?: number;
  /**
   * Position in the configuration: `components[3].timeout`; the name of the variable if it came from the environment;
   * '' for the whole file.
   */
  path: string;
  /** One sentence without the path: what was expected, and what was found unless it may be secret. */
  message: string;
  /** Whether a file or folder could not be read: it may become readable without being changed. */
  unread?: boolean;
}

/** `['components', 3, 'labels', 'a b']` → `components[3].labels["a b"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w-]+$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(clip(String(key)))}]`;
  }
  return text;
}

/** One line each: `onehertz.yml:12: components[3].timeout: must be below the interval (1s), but is 2s`. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems
    .map(({ file, line, path, message }) =>
      [line === undefined ? file : `${file}:${line}`, path, message.replace(/\s+/g, ' ')].filter(Boolean).join(': ')
    )
    .join('\n');
}

/** In file order; problems without a line come first. */
export function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Shortens text written by the user, so that a message stays on one readable line. */
export function clip(text: string, length = 60): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** ` (did you mean "timeout"?)` for the nearest of `known`, or '' if none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase(), limit) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= limit ? ` (did you mean "${best.candidate}"?)` : '';
}

/**
 * Edit distance of two words, with swapped neighbours counting as one edit. Beyond `limit` the result may be too small.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

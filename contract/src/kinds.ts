/** The kinds of components: the sections in which they are shown. Any other word is a kind too. */

/** Those that are known, in the order in which they are shown, with their titles. */
export const KIND_TITLES = {
  microservice: 'Microservices',
  infrastructure: 'Infrastructure',
  receiver: 'Receivers',
  model: 'Models',
} as const;

const ORDER = Object.keys(KIND_TITLES);

/** The heading of a section: that of a known kind, or the word itself with a capital. */
export function kindTitle(kind: string): string {
  if (kind === '') return 'Components';
  return Object.hasOwn(KIND_TITLES, kind)
    ? KIND_TITLES[kind as keyof typeof KIND_TITLES]
    : kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** The place of a kind among the others: the known ones first, then all others alike, last what has none. */
export function kindPlace(kind: string): number {
  if (kind === '') return ORDER.length + 1;
  const place = ORDER.indexOf(kind);
  return place < 0 ? ORDER.length : place;
}

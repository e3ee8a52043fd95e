/** The kinds of components, shown as sections. Other kinds than the known ones are allowed. */

/** Known kinds with their titles, in display order. */
export const KIND_TITLES = {
  microservice: 'Microservices',
  infrastructure: 'Infrastructure',
  receiver: 'Receivers',
  model: 'Models',
} as const;

const ORDER = Object.keys(KIND_TITLES);

/** The heading of a section: the title of a known kind, or the capitalized kind. */
export function kindTitle(kind: string): string {
  if (kind === '') return 'Components';
  return Object.hasOwn(KIND_TITLES, kind)
    ? KIND_TITLES[kind as keyof typeof KIND_TITLES]
    : kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** Sort key of a kind: known kinds first, then all others as equals, then components without a kind. */
export function kindPlace(kind: string): number {
  if (kind === '') return ORDER.length + 1;
  const place = ORDER.indexOf(kind);
  return place < 0 ? ORDER.length : place;
}

/** The figures that the panel shows on cards, as declared by the probes. */
import { PROBES } from '../probes';
import type { AnyDefinition, Figure } from '../probes/definition';

/**
 * The figures of all probes, without duplicates. Figures shared by several probes come last, as they are less specific.
 */
export function cardFigures(): Figure[] {
  const figures = PROBES.flatMap(({ figures: own }: AnyDefinition) => own).map((figure) => JSON.stringify(figure));
  const isShared = (figure: string) => figures.indexOf(figure) !== figures.lastIndexOf(figure);
  const ordered = [...figures.filter((figure) => !isShared(figure)), ...figures.filter(isShared)];
  return [...new Set(ordered)].map((figure) => JSON.parse(figure) as Figure);
}

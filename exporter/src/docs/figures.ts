/** The figures that the panel shows on cards, as the probes name them. */
import { PROBES } from '../probes';
import type { AnyDefinition, Figure } from '../probes/definition';

/** Those of all probes, each once. One that several probes have comes last: what only one has says more of a component. */
export function cardFigures(): Figure[] {
  const figures = PROBES.flatMap(({ figures: own }: AnyDefinition) => own).map((figure) => JSON.stringify(figure));
  const isShared = (figure: string) => figures.indexOf(figure) !== figures.lastIndexOf(figure);
  const ordered = [...figures.filter((figure) => !isShared(figure)), ...figures.filter(isShared)];
  return [...new Set(ordered)].map((figure) => JSON.parse(figure) as Figure);
}

/** How much of the headline fits. In pixels. */
import type { Headline } from '@onehertz/contract';

export const HEADLINE = {
  /** Heights: of a cause beside its reason, of one above its reason, of the line about the rest, of a line of text. */
  line: 26,
  narrowLine: 42,
  rest: 18,
  text: 18,
  gap: 3,
} as const;

export interface HeadlineForm {
  /** How many causes are shown. */
  causes: number;
  /** The reason is below the name. */
  isNarrow: boolean;
  /** A line says how many more there are. */
  hasRest: boolean;
  /** Of all of it; 0 if there is nothing to say, and no room to say so. */
  height: number;
}

const NARROW_BELOW = 560;
/** The headline may take this share of the panel, the view needs the rest. */
const MOST_SHARE = 0.3;
const MOST_CAUSES = 4;
/** From here on there is a line also if nothing is broken, so that nothing moves when something breaks. */
const CALM_FROM_HEIGHT = 300;

/** @param height of the panel; Infinity if it grows with its content */
export function headlineForm(
  { causes, more_causes = 0, unknown = 0 }: Headline,
  width: number,
  height: number
): HeadlineForm {
  const isNarrow = width < NARROW_BELOW;
  const line = (isNarrow ? HEADLINE.narrowLine : HEADLINE.line) + HEADLINE.gap;
  const room = MOST_SHARE * height;
  let shown = Math.min(causes.length, MOST_CAUSES, Math.max(1, Math.floor(room / line)));
  const needsRest = (count: number) => causes.length + more_causes > count || unknown > 0;
  if (shown > 1 && needsRest(shown) && shown * line + HEADLINE.rest > room) {
    shown--;
  }
  const hasRest = needsRest(shown) && shown * line + HEADLINE.rest <= Math.max(room, line + HEADLINE.rest);
  const all = shown * line + (hasRest ? HEADLINE.rest : -HEADLINE.gap);
  const nothing = isNarrow || height < CALM_FROM_HEIGHT ? 0 : HEADLINE.line;
  return { causes: shown, isNarrow, hasRest, height: shown > 0 || hasRest ? all : nothing };
}

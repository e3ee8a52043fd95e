/**
 * The exposition of all components, kept as blocks of text: a scrape makes anew only those in which something changed,
 * whoever asks and in whichever format. Why: docs/decisions/0006-exposition-in-blocks.md.
 */
import type { Board } from '../../board/board';
import type { Config } from '../../config/schema';
import { baseLabels, componentFamilies, type Family, type Series } from './component-families';
import { DurationHistogram } from './duration-histogram';
import { header, labelText, type Format } from './exposition';
import { Block } from './exposition-block';

/** One block of this many lines is made in less than a millisecond. */
const BLOCK_LINES = 1000;

export interface ComponentExposition {
  /** The parts of the document in order, each short work; the values are those of the moment in which a part is made. */
  parts(format: Format): Iterable<Buffer>;
  /** Takes over a configuration that the board has taken over before. */
  configure(config: Pick<Config, 'components' | 'histogram'>): void;
}

export function createComponentExposition(board: Board): ComponentExposition {
  let series = new Map<string, Series>();
  let families: { family: Family; blocks: Block[] }[] = [];

  board.on('result', ({ target }, { durationMs }) => series.get(target.name)?.durations?.observe(durationMs / 1000));

  return {
    configure({ histogram }) {
      const before = series;
      series = new Map();
      for (const state of board.states()) {
        const { name } = state.target;
        const durations = histogram ? (before.get(name)?.durations ?? new DurationHistogram()) : undefined;
        series.set(name, { state, labels: labelText(baseLabels(state)), durations });
      }
      families = componentFamilies(histogram).map((family) => ({
        family,
        blocks: blocksOf(family, [...series.values()]),
      }));
    },
    *parts(format) {
      let separator = '';
      for (const { family, blocks } of families) {
        yield Buffer.from(separator + header(family.definition, format));
        for (const block of blocks) yield block.text();
        if (format === 'prometheus') separator = '\n';
      }
    },
  };
}

function blocksOf(family: Family, all: readonly Series[]): Block[] {
  const wanted = all.filter(({ state }) => family.probe === undefined || state.target.probe === family.probe);
  const size = Math.ceil(BLOCK_LINES / family.samples);
  const blocks: Block[] = [];
  for (let begin = 0; begin < wanted.length; begin += size)
    blocks.push(new Block(family, wanted.slice(begin, begin + size)));
  return blocks;
}

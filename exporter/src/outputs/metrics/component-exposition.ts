/**
 * The exposition of all components, cached as blocks of text: a scrape regenerates only changed blocks, for any client
 * and format. See docs/decisions/0006-exposition-in-blocks.md.
 */
import type { Board, BoardChange } from '../../board/board';
import type { Config } from '../../config/schema';
import type { Change } from '../../runtime/change';
import { createLabelLimit } from '../../text/new-labels';
import { baseLabels, componentFamilies, type Family, type Series } from './component-families';
import { DurationHistogram } from './duration-histogram';
import { header, labelText, type Format } from './exposition';
import { Block } from './exposition-block';

/** A block of this many lines is generated in less than a millisecond. */
const BLOCK_LINES = 1000;
/** Of a component, in an hour: more than any upgrade of several replicas behind one address shows. */
const MOST_NEW_VERSIONS = 20;

export interface ComponentExposition {
  /**
   * The parts of the document in order, each generated quickly; values are those at the time when a part is generated.
   */
  parts(format: Format): Iterable<Buffer>;
  /** @param components what the board will hold */
  prepare(config: Pick<Config, 'histogram'>, components: BoardChange['components']): Change;
}

export function createComponentExposition(board: Board): ComponentExposition {
  let series = new Map<string, Series>();
  let families: { family: Family; blocks: Block[] }[] = [];

  const onFailure = ({ state }: Series, error: unknown) => board.unwritable(state.target.name, 'metrics', error);
  board.on('result', ({ target }, { durationMs }) => series.get(target.name)?.durations?.observe(durationMs / 1000));

  return {
    prepare({ histogram }, components) {
      const next = new Map<string, Series>();
      for (const { target, state } of components) {
        const before = series.get(target.name);
        const durations = histogram ? (before?.durations ?? new DurationHistogram()) : undefined;
        const mayBeVersion = before?.mayBeVersion ?? createLabelLimit(MOST_NEW_VERSIONS);
        next.set(target.name, { state, labels: labelText(baseLabels(target)), durations, mayBeVersion });
      }
      const all = components.map(({ target }) => ({ probe: target.probe, series: next.get(target.name)! }));
      const nextFamilies = componentFamilies(board, histogram).map((family) => ({
        family,
        blocks: blocksOf(family, all, onFailure),
      }));
      return {
        apply() {
          series = next;
          families = nextFamilies;
        },
      };
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

function blocksOf(
  family: Family,
  all: readonly { probe: string; series: Series }[],
  onFailure: (series: Series, error: unknown) => void
): Block[] {
  const wanted = all.filter(({ probe }) => family.probe === undefined || probe === family.probe);
  const size = Math.ceil(BLOCK_LINES / family.samples);
  const blocks: Block[] = [];
  for (let begin = 0; begin < wanted.length; begin += size)
    blocks.push(
      new Block(
        family,
        wanted.slice(begin, begin + size).map(({ series }) => series),
        onFailure
      )
    );
  return blocks;
}

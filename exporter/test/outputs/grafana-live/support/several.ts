/** What several exporters of one system push in one tick: a frame of `components` or `board` for each. */
import { toFrames, type FrameJson } from '@onehertz/preview/live/frames';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import { Board } from '../../../../src/board/board';
import { forShard, type Placement } from '../../../../src/config/shard';
import { createLiveWriter } from '../../../../src/outputs/grafana-live/lines/live-writer';
import { down, THRESHOLDS, up } from '../../../board/support';
import { makeTarget } from '../../../probes/kit/helpers';

/**
 * @param works by component: whether its probe succeeds as seen from here
 * @param at the tick, in milliseconds since the epoch
 */
export function frameFrom(
  works: Record<string, boolean>,
  { shard, vantage }: Placement,
  at: number,
  format: 'rows' | 'compact' = 'rows'
): FrameJson {
  const board = new Board(100);
  const components = Object.keys(works).map((name) => makeTarget('tcp', { name, address: `${name}:1` }));
  const { components: own } = forShard({ components } as Parameters<typeof forShard>[0], shard);
  board.prepare({ components: own, flapping: THRESHOLDS }).apply();
  for (const { name } of own) board.apply(name, works[name] ? up({ responseTimeMs: 2 }) : down('connection refused'));
  const measurement = format === 'rows' ? 'components' : 'board';
  const lines = createLiveWriter(board, format, vantage).tick(at).get(measurement) ?? [];
  const frame = toFrames(parseLineProtocol(lines.join('\n'))).get(measurement);
  if (!frame) throw new Error('this shard has no components');
  return frame;
}

import { HISTORY_EVERY_SECONDS, readCatalog, readHistoryRow } from '@onehertz/contract';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import { Board } from '../../../src/board/board';
import { createLiveWriter } from '../../../src/outputs/grafana-live/lines/live-writer';
import { down, moment, THRESHOLDS, up } from '../../board/support';
import { makeTarget } from '../../probes/kit/helpers';

const START = Date.parse('2026-03-01T12:00:00Z');
/** Ten times as long, in milliseconds. */
const LONG_MS = 10 * HISTORY_EVERY_SECONDS * 1000;

function boardOf(count: number, vantage?: string) {
  let now = START;
  const board = new Board(10, () => moment(now));
  const components = Array.from({ length: count }, (_, i) => makeTarget('http', { name: `c${i}`, url: 'http://c' }));
  board.prepare({ components, flapping: THRESHOLDS }).apply();
  const writer = createLiveWriter(board, 'auto', vantage);
  const write = () =>
    parseLineProtocol((writer.tick(now).get('history') ?? []).join('\n')).map(({ fields, time }) => ({
      time,
      count: fields.get('count'),
      catalog: readCatalog(String(fields.get('catalog'))),
      runs: readHistoryRow(fields.get('runs')),
    }));
  return {
    board,
    write,
    /** A second passes, with these results. */
    second(results: Record<string, ReturnType<typeof up>>) {
      for (const [name, result] of Object.entries(results)) board.apply(name, result);
      board.publish(now);
      const rows = write();
      now += 1000;
      return rows;
    },
  };
}

it('has the last minutes of all components, once in so many seconds', () => {
  const { second } = boardOf(2, 'berlin');
  const written: number[] = [];
  let last: ReturnType<typeof second> = [];
  for (let at = START; at < START + LONG_MS + 1000; at += 1000) {
    const rows = second({ c0: up(), c1: at === START + LONG_MS - 3000 ? down() : up() });
    if (rows.length > 0) written.push((at - START) / 1000);
    last = rows;
  }
  expect(written).toEqual(Array.from({ length: 11 }, (_, i) => i * HISTORY_EVERY_SECONDS));
  expect(last).toHaveLength(1);
  expect(last[0]).toMatchObject({ count: 2, runs: ['h101', 'h97u1h3'] });
  expect(last[0]?.catalog?.map(({ labels }) => labels)).toEqual([
    expect.objectContaining({ component: 'c0', vantage: 'berlin' }),
    expect.objectContaining({ component: 'c1', vantage: 'berlin' }),
  ]);
});

it('says nothing of a component whose second has not been taken yet', () => {
  const { board, write } = boardOf(1);
  board.publish(START - 1000);
  expect(write()[0]?.runs).toEqual(['']);
});

it('stays below the size of a message of Grafana, although everything changes all the time', () => {
  const { board, second, write } = boardOf(3000);
  for (let n = 0; n <= 300; n++) {
    const result = n % 2 === 0 ? up() : down();
    for (const { target } of board.states()) board.apply(target.name, result);
    if (n < 300) second({});
    else board.publish(START + n * 1000);
  }
  const rows = write();
  expect(rows).toHaveLength(3);
  expect(rows.flatMap(({ runs }) => runs).every((text) => text.length === 600)).toBe(true);
  expect(Math.max(...rows.map(({ catalog, runs }) => JSON.stringify([catalog, runs]).length))).toBeLessThan(1_048_576);
});

/** What the data source of the history knows of an exporter that is gone, or that only the page does not hear any more. */
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { scraped, timeSeries, type Series } from '../testing/prometheus';
import { START, testBoard } from '../testing/board';
import type { HistoryAnswer } from './read/queried';

const second = (n: number) => START + n * 1000;
const redis: LiveLine = { component: 'redis', status: 'healthy', up: 1 };

interface Known {
  /** Until when the data source was asked. */
  to: number;
  /** The second of the last step with a value. */
  last: number;
  /** The second of the last probe; `undefined`: not asked for. */
  probed?: number;
  /** Of the answer, in seconds. */
  step?: number;
  /** Whether the data source says what its step was. */
  saysStep?: boolean;
}

/** The answer to the panel's question, for redis. */
function answer({ to, last, probed, step = 1, saysStep = true }: Known): HistoryAnswer {
  const labels = scraped('component_status', 'redis', { status: 'healthy' });
  const samples = Array.from({ length: 5 }, (_, n): [number, number] => [second(last - (4 - n) * step), 1]);
  const status = timeSeries([{ labels, samples }], { refId: 'History Status' });
  if (saysStep) {
    status.forEach(({ fields }) => (fields[0].config.interval = step * 1000));
  }
  const facts: Series[] =
    probed === undefined
      ? []
      : [
          {
            labels: scraped('component_last_probe_timestamp_seconds', 'redis'),
            samples: [[second(last), second(probed) / 1000]],
          },
        ];
  return {
    frames: [...status, ...timeSeries(facts, { refId: 'History Facts' })],
    expressions: new Map([
      ['History Status', 'component_status == 1'],
      ['History Facts', '{__name__=~"component_.*"}'],
    ]),
    to: second(to),
    everyMs: 10_000,
  };
}

/** A board that was opened an hour ago, and whose stream ends with second 9. */
function afterStream() {
  const stream = createStream();
  const board = testBoard();
  const ask = (at: number, history: HistoryAnswer) => {
    board.wait(second(at));
    board.update({ series: [asPanelFrame(stream)], expressions: new Map(), history });
    return board.get('redis');
  };
  pushTick(stream, second(-3600), [redis]);
  ask(-3600, answer({ to: -3600, last: -3600, probed: -3600.5 }));
  for (let n = 0; n < 10; n++) {
    pushTick(stream, second(n), [redis]);
    board.at(second(n), [asPanelFrame(stream)]);
  }
  return { board, stream, ask };
}

/** A board that has never been pushed anything. */
function ofHistory(at: number, history: HistoryAnswer) {
  const board = testBoard();
  board.wait(second(at));
  board.update({ series: [], expressions: new Map(), history });
  return board;
}

describe('an exporter that is gone', () => {
  it('is stale although Prometheus scraped it after its last push', () => {
    const { board, ask } = afterStream();
    board.wait(second(12.6));
    expect(board.get('redis').stale).toBe(true);
    expect(ask(13, answer({ to: 13, last: 10, probed: 9.5 }))).toMatchObject({ stale: true, status: 'unknown' });
    expect(board.wait(second(14)).get('redis').stale).toBe(true);
  });

  it('is stale while Prometheus, which scrapes seldom, has not noticed it', () => {
    const { ask } = afterStream();
    expect(ask(13, answer({ to: 13, last: 13, probed: 9.5 }))).toMatchObject({ stale: true, status: 'unknown' });
  });

  it('is stale at once when the page is opened after that', () => {
    const board = ofHistory(20, answer({ to: 20, last: 18, probed: 17.5 }));
    expect(board.get('redis')).toMatchObject({ stale: true, reported: 'healthy', at: second(18) });
  });

  it('is stale in a past range that ends after it', () => {
    const board = testBoard();
    board.wait(second(86_400));
    board.update({
      series: [],
      expressions: new Map(),
      history: answer({ to: 20, last: 18, probed: 17.5 }),
      asOf: second(20),
    });
    expect(board.get('redis').stale).toBe(true);
  });

  it('is told from the distance of samples where the data source does not say its step', () => {
    expect(ofHistory(20, answer({ to: 20, last: 18, saysStep: false })).get('redis').stale).toBe(true);
    expect(ofHistory(20, answer({ to: 20, last: 19.5, saysStep: false })).get('redis').stale).toBe(false);
  });

  it('is told by steps of the answer, which may be longer than the panel asked for', () => {
    expect(ofHistory(20, answer({ to: 20, last: 10, step: 15 })).get('redis').stale).toBe(false);
    expect(ofHistory(20, answer({ to: 20, last: 5, step: 15 })).get('redis').stale).toBe(true);
  });
});

describe('a page that hears nothing of an exporter that works', () => {
  it('shows what Prometheus knows, from one answer to the next', () => {
    const { board, ask } = afterStream();
    expect(ask(13, answer({ to: 13, last: 13, probed: 12.5 }))).toMatchObject({ stale: false, status: 'healthy' });
    expect(board.wait(second(23)).get('redis').stale).toBe(false);
    expect(ask(23.5, answer({ to: 23.5, last: 23, probed: 22.5 })).stale).toBe(false);
  });

  it('says within a question that the exporter is gone too', () => {
    const { ask } = afterStream();
    ask(13, answer({ to: 13, last: 13, probed: 12.5 }));
    expect(ask(23, answer({ to: 23, last: 16, probed: 15.5 })).stale).toBe(true);
  });

  it('does not trust an old answer because the page had been open for long before the next', () => {
    const { board, ask } = afterStream();
    ask(13, answer({ to: 13, last: 13, probed: 12.5 }));
    expect(board.wait(second(60)).get('redis').stale).toBe(true);
  });

  it('goes on with the stream when that comes again', () => {
    const { board, stream, ask } = afterStream();
    ask(13, answer({ to: 13, last: 10, probed: 9.5 }));
    pushTick(stream, second(14), [{ ...redis, status: 'degraded' }]);
    expect(board.at(second(14), [asPanelFrame(stream)]).get('redis')).toMatchObject({
      stale: false,
      status: 'degraded',
    });
  });
});

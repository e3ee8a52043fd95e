/**
 * The page's connection is renewed, panels are mounted anew: Grafana sends the schema again with each subscription, and its client then forgets the
 * labels of all fields that it has.
 */
import { START, testBoard } from '../testing/board';
import type { LiveLine } from '../testing/live';
import { createPageChannel } from '../testing/live-channel';
import { countsOf } from './counts';

const second = (n: number) => START + n * 1000;

/** As the exporter writes it: the labels stand in the details too. */
function line(component: string, more: Partial<LiveLine> = {}, kind = 'infrastructure'): LiveLine {
  const labels = { component, kind, type: 'cache' };
  return { component, kind, type: 'cache', up: 1, status: 'healthy', details: { labels }, ...more };
}

const lines = [line('redis'), line('backend', {}, 'microservice')];
const down = { up: 0, status: 'unhealthy' };

/** A channel whose connection was renewed after three ticks. */
function renewed(fields?: readonly string[]) {
  const channel = createPageChannel(fields);
  channel.subscribed(second(0), lines);
  const before = channel.subscribe();
  const board = testBoard();
  const look = (n: number) => board.at(second(n) + 50, [before.frame()]);
  look(0);
  channel.publish(second(1), lines);
  look(1);
  channel.subscribed(second(2), lines);
  look(2);
  return { channel, board, look };
}

it('goes on for a panel that was there before', () => {
  const { channel, board, look } = renewed();
  channel.publish(second(3), [line('redis', down), lines[1]]);
  look(3);
  expect([board.get('redis').status, board.get('backend').status]).toEqual(['unhealthy', 'healthy']);
  expect(board.problems).toEqual([]);
});

it('shows a panel that is mounted afterwards every component, with its labels', () => {
  const { channel } = renewed();
  const board = testBoard();
  const panel = channel.subscribe();
  board.at(second(2) + 60, [panel.frame()]);
  expect([...board.components.keys()]).toEqual(['redis', 'backend']);
  expect(board.get('backend')).toMatchObject({ status: 'healthy', kind: 'microservice', type: 'cache' });
  channel.publish(second(3), [line('redis', down), lines[1]]);
  board.at(second(3) + 50, [panel.frame()]);
  expect(board.get('redis')).toMatchObject({ status: 'unhealthy', kind: 'infrastructure' });
  expect(board.problems).toEqual([]);
});

it('loses none when one more comes afterwards', () => {
  const { channel, board, look } = renewed();
  const fresh = testBoard();
  const panel = channel.subscribe();
  for (let n = 3; n < 10; n++) {
    channel.publish(second(n), [...lines, line('mysql')]);
    look(n);
    fresh.at(second(n) + 50, [panel.frame()]);
  }
  for (const each of [board, fresh]) {
    const counts = countsOf([...each.components.values()]);
    expect(counts).toMatchObject({ total: 3, stale: 0 });
    expect([...each.components.values()].map(({ status }) => status)).toEqual(Array(3).fill('healthy'));
  }
  channel.subscribed(second(10), [...lines, line('mysql')]);
  channel.publish(second(11), [...lines, line('mysql', down)]);
  look(11);
  fresh.at(second(11) + 50, [panel.frame()]);
  expect([board.get('mysql').status, fresh.get('mysql').status]).toEqual(['unhealthy', 'unhealthy']);
});

it('takes a component for none but itself when several streams have as many', () => {
  const channels = [createPageChannel(), createPageChannel()];
  const named = [
    ['a', 'b'],
    ['c', 'd'],
  ];
  channels.forEach((channel, i) => {
    channel.subscribed(
      second(0),
      named[i].map((name) => line(name))
    );
    channel.subscribed(
      second(1),
      named[i].map((name) => line(name, name === 'd' ? down : {}))
    );
  });
  const board = testBoard();
  board.at(
    second(1) + 50,
    channels.map((channel, i) => ({ ...channel.subscribe().frame(), refId: 'AB'[i] }))
  );
  expect([...board.components.values()].map(({ name, status }) => [name, status])).toEqual([
    ['a', 'healthy'],
    ['b', 'healthy'],
    ['c', 'healthy'],
    ['d', 'unhealthy'],
  ]);
});

describe('where the query leaves the details out', () => {
  const fields = ['status', 'up'];

  it('goes on for a panel that was there, also when one more comes', () => {
    const { channel, board, look } = renewed(fields);
    for (let n = 3; n < 10; n++) {
      channel.publish(second(n), [line('redis', down), lines[1], line('mysql')]);
      look(n);
    }
    expect([...board.components.values()].map(({ status }) => status)).toEqual(['unhealthy', 'healthy', 'healthy']);
    expect(board.problems).toEqual([]);
  });

  it('says to a panel that is mounted afterwards what to do', () => {
    const { channel } = renewed(fields);
    const board = testBoard().at(second(2) + 60, [channel.subscribe().frame()]);
    expect(board.components.size).toBe(0);
    expect(board.problems).toEqual([expect.stringMatching(/lost the labels.*details.*Reload the page/)]);
  });
});

import { readRuns, RECENT_SECONDS, STATUSES, writeRuns, type Status } from '@onehertz/contract';
import fc from 'fast-check';
import { recentJson, RecentStatuses } from '../../src/board/recent';
import { createBoard } from './recent-support';
import { down, up } from './support';

const START = Date.UTC(2026, 2, 1, 12);
const second = (n: number) => START + n * 1000;

/** What is remembered after these statuses, by their second. */
function after(...statuses: [second: number, status: Status][]): string {
  const recent = new RecentStatuses();
  for (const [n, status] of statuses) recent.add(second(n), status);
  return writeRuns(recent.runs());
}

describe('the last minutes of a component', () => {
  it('have the worst status of each second, whatever its order', () => {
    expect(after([0, 'healthy'], [1, 'healthy'], [1, 'unhealthy'], [1, 'warning'], [2, 'healthy'])).toBe('h1u1h1');
  });

  it('say nothing of seconds in which nobody looked', () => {
    expect(after([0, 'healthy'], [4, 'healthy'])).toBe('h1-3h1');
    expect(after([0, 'healthy'], [100_000, 'healthy'])).toBe('h1');
  });

  it('take a result that comes after the tick of its second', () => {
    expect(after([0, 'healthy'], [1, 'healthy'], [0.9, 'unhealthy'])).toBe('u1h1');
  });

  it('begin anew when the clock is set back', () => {
    expect(after([0, 'healthy'], [1, 'healthy'], [-60, 'healthy'], [-59, 'unhealthy'])).toBe('h1u1');
  });

  it('are not known before the first second', () => {
    expect(recentJson(new RecentStatuses())).toBeUndefined();
  });

  it('are as long as agreed, whatever happens in them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATUSES), { minLength: 1, maxLength: 700 }), (statuses) => {
        const text = after(...statuses.map((status, n): [number, Status] => [n, status]));
        const last = statuses.slice(-RECENT_SECONDS);
        expect(readRuns(text).flatMap(({ status, seconds }) => Array<unknown>(seconds).fill(status))).toEqual(last);
      }),
      { numRuns: 50 }
    );
  });

  it('come from ticks and from changes between them', () => {
    const { board, at } = createBoard(START);
    at(second(0) + 100, up());
    board.publish(second(0));
    at(second(1) + 200, down());
    at(second(1) + 400, up());
    board.publish(second(1));
    board.publish(second(2));
    expect(recentJson(board.get('redis')!.recent)).toEqual({ until: '2026-03-01T12:00:02.000Z', statuses: 'h1u1h1' });
  });
});

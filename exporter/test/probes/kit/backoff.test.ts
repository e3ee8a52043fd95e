import { createBackoff } from '../../../src/probes/kit/backoff';
import { Rejection, Unavailable } from '../../../src/text/errors';

const failed = new Error('connection refused');
const rejected = new Rejection('wrong password');
const unavailable = new Unavailable('what is behind it is away');

describe('createBackoff', () => {
  const create = () => createBackoff({ minDelayMs: 100, maxDelayMs: 500 });

  test('doubles after each failure, up to its limit, and begins anew', () => {
    const backoff = create();
    expect([1, 2, 3, 4, 5].map(() => backoff.next(failed))).toEqual([100, 200, 400, 500, 500]);
    backoff.reset();
    expect(backoff.next(failed)).toBe(100);
  });

  test('asks again after 5 to 30 s where the answer is no', () => {
    const backoff = create();
    expect([1, 2, 3, 4, 5].map(() => backoff.next(rejected))).toEqual([5000, 10_000, 20_000, 30_000, 30_000]);
    backoff.reset();
    expect(backoff.next(rejected)).toBe(5000);
  });

  test('asks again after 1 to 5 s where the answer is that nobody can be served', () => {
    const backoff = create();
    expect([1, 2, 3, 4, 5].map(() => backoff.next(unavailable))).toEqual([1000, 2000, 4000, 5000, 5000]);
    expect([failed, unavailable, rejected].map((error) => backoff.next(error))).toEqual([100, 1000, 5000]);
    backoff.reset();
    expect(backoff.next(unavailable)).toBe(1000);
  });

  test('a server that went away in between is another one when it comes back', () => {
    const backoff = create();
    expect([rejected, rejected, failed, rejected].map((error) => backoff.next(error))).toEqual([
      5000, 10_000, 100, 5000,
    ]);
  });
});

import type { Moment } from '../../src/board/clock';
import { StateMachine } from '../../src/board/state';
import { makeTarget } from '../probes/kit/helpers';
import { completed, down, moment, THRESHOLDS, up } from './support';

const NOW = Date.parse('2026-03-01T12:00:00Z');

function machine(fields: Record<string, unknown> = {}): StateMachine {
  return new StateMachine(makeTarget('redis', { url: 'redis://localhost', ...fields }), THRESHOLDS, moment(NOW));
}

/** Feeds results one second apart and returns the statuses after each. */
function feed(target: StateMachine, results: ReturnType<typeof up>[]): string[] {
  return results.map((result, i) => {
    target.apply(result, moment(NOW + i * 1000));
    return target.state.status;
  });
}

describe('state', () => {
  it('is unknown until the first result, then as reported', () => {
    const redis = machine();
    expect(redis.state.status).toBe('unknown');
    expect(redis.apply(up(), moment(NOW))).toEqual({
      component: 'redis',
      kind: 'infrastructure',
      type: 'cache',
      from: 'unknown',
      to: 'healthy',
      at: NOW,
      reason: '',
    });
  });

  it('reports a transition only when the status changes, and keeps since', () => {
    const redis = machine();
    redis.apply(up(), moment(NOW));
    expect(redis.apply(up(), moment(NOW + 1000))).toBeUndefined();
    expect(redis.state.since).toBe(NOW);
    expect(redis.apply(down('refused'), moment(NOW + 2000))).toMatchObject({
      from: 'healthy',
      to: 'unhealthy',
      reason: 'refused',
    });
    expect(redis.state.since).toBe(NOW + 2000);
    expect(redis.state.changes).toBe(2);
  });

  it('is up or down since that began, whatever the statuses in between, and "at least" if it was not observed', () => {
    const redis = machine();
    const since = () => {
      const { since, standingSince, sinceAtLeast } = redis.state;
      return [(since - NOW) / 1000, (standingSince - NOW) / 1000, sinceAtLeast];
    };
    const slow = completed({ status: 'degraded' });
    const after = (second: number, result: ReturnType<typeof up>) => {
      redis.apply(result, moment(NOW + second * 1000));
      return since();
    };
    expect(after(1, up())).toEqual([1, 1, true]);
    expect(after(5, slow)).toEqual([5, 1, true]);
    expect(after(6, up())).toEqual([6, 1, true]);
    expect(after(10, down())).toEqual([10, 10, false]);
    expect(after(20, slow)).toEqual([20, 20, false]);
    expect(after(21, up())).toEqual([21, 20, false]);
    // no results for a while
    redis.refresh(moment(NOW + 60_000));
    expect(redis.state.stale).toBe(true);
    expect(after(70, up())).toEqual([70, 70, true]);
  });

  it('waits for failure_threshold failures in a row, and for success_threshold successes', () => {
    const redis = machine({ failure_threshold: 3, success_threshold: 2 });
    const U = up();
    const D = down();
    expect(feed(redis, [U, D, D, U, D, D, D, U, D, U, U])).toEqual(
      ['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy'] // prettier-ignore
    );
  });

  it('counts changes between up and down, ignoring unknown in between', () => {
    const redis = machine();
    feed(redis, [up(), up({ status: 'degraded' }), up(), down()]);
    expect(redis.state).toMatchObject({ changes: 4, upChanges: 1, reason: 'other' });
    // no result for three intervals, then down as before
    redis.refresh(moment(NOW + 20_000));
    expect(redis.state.status).toBe('unknown');
    redis.apply(down(), moment(NOW + 21_000));
    expect(redis.state.upChanges).toBe(1);
    redis.refresh(moment(NOW + 40_000));
    redis.apply(up(), moment(NOW + 41_000));
    expect(redis.state).toMatchObject({ status: 'healthy', upChanges: 2 });
  });

  it('stays unknown while the first failures are below the threshold', () => {
    expect(feed(machine({ failure_threshold: 2 }), [down(), down()])).toEqual(['unknown', 'unhealthy']);
  });

  it('changes between the three up statuses without delay', () => {
    const warning = completed({ status: 'warning', message: 'bucket missing' });
    expect(feed(machine({ failure_threshold: 3 }), [up(), warning, up()])).toEqual(['healthy', 'warning', 'healthy']);
  });

  it('shows as degraded after degraded_threshold results in a row, and as anything else at once', () => {
    const redis = machine({ degraded_above: '100ms', degraded_threshold: 4 });
    const slow = up({ responseTimeMs: 500 });
    const word = completed({ status: 'warning' });
    expect(feed(redis, [up(), slow, slow, slow, up(), slow, slow, slow, slow, up(), slow])).toEqual(
      ['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'degraded', 'healthy', 'healthy'] // prettier-ignore
    );
    expect(redis.state.changes).toBe(3);
    expect(feed(redis, [word, slow, down(), slow, up()])).toEqual([
      'warning',
      'warning',
      'unhealthy',
      'degraded',
      'healthy',
    ]);
  });

  it('is unknown while its first results are degraded, and fewer than count', () => {
    const slow = completed({ status: 'degraded' });
    expect(feed(machine({ degraded_threshold: 3 }), [slow, slow, slow])).toEqual(['unknown', 'unknown', 'degraded']);
    expect(feed(machine({ degraded_threshold: 3 }), [slow, up()])).toEqual(['unknown', 'healthy']);
  });

  it('is degraded above degraded_above, and says why', () => {
    const redis = machine({ degraded_above: '100ms' });
    expect(feed(redis, [up({ responseTimeMs: 100 }), up({ responseTimeMs: 101 })])).toEqual(['healthy', 'degraded']);
    expect(redis.state.last?.message).toBe('slow: 101 ms, limit 100 ms');
  });

  it('becomes unknown when the last result is older than three intervals, and recovers with the next', () => {
    const redis = machine();
    redis.apply(up(), moment(NOW));
    expect(redis.refresh(moment(NOW + 3000))).toBeUndefined();
    expect(redis.refresh(moment(NOW + 3001))).toMatchObject({
      to: 'unknown',
      reason: 'stale: no result for three intervals',
    });
    expect(redis.state.stale).toBe(true);
    expect(redis.apply(up(), moment(NOW + 5000))).toMatchObject({ from: 'unknown', to: 'healthy' });
    expect(redis.state.stale).toBe(false);
  });

  it('is unknown in a maintenance window, and shows the real status after it', () => {
    // 2026-03-01 is a Sunday
    const redis = machine({ maintenance: [{ cron: '10 12 * * 0', duration: '30m', timezone: 'UTC' }] });
    const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);
    redis.apply(up(), moment(at('12:09:59')));
    expect(redis.refresh(moment(at('12:09:59')))).toBeUndefined();
    expect(redis.refresh(moment(at('12:10:00')))).toMatchObject({ to: 'unknown', reason: 'maintenance' });
    redis.apply(down(), moment(at('12:20:00')));
    expect(redis.state).toMatchObject({ status: 'unknown', maintenance: true });
    redis.apply(up(), moment(at('12:39:59')));
    expect(redis.refresh(moment(at('12:39:59')))).toBeUndefined();
    redis.apply(down(), moment(at('12:40:00')));
    expect(redis.refresh(moment(at('12:40:00')))).toMatchObject({ to: 'unhealthy' });
    expect(redis.state.maintenance).toBe(false);
  });

  it('counts probes by outcome', () => {
    const redis = machine();
    feed(redis, [up(), down(), { ...down(), outcome: 'timeout' }, up()]);
    expect(redis.state.probes).toEqual({ success: 2, failure: 1, timeout: 1 });
  });

  it('flaps with hysteresis: begins above 30 %, ends below 15 %', () => {
    const redis = machine();
    const alternating = Array.from({ length: 12 }, (_, i) => (i % 2 ? down() : up()));
    feed(redis, alternating);
    expect(redis.state.flapping).toBe(true);
    let steady = 0;
    while (redis.state.flapping) {
      redis.apply(up(), moment(NOW));
      steady++;
    }
    expect(steady).toBeGreaterThan(10);
    expect(steady).toBeLessThanOrEqual(21);
  });

  it('does not treat a single outage as flapping, at any position in the window', () => {
    const redis = machine();
    feed(redis, [...Array.from({ length: 10 }, () => up()), down(), ...Array.from({ length: 21 }, () => up())]);
    const once = machine();
    const seen: boolean[] = [];
    for (const result of [up(), up(), down(), down(), up(), up(), up()]) {
      once.apply(result, moment(NOW));
      seen.push(once.state.flapping);
    }
    expect(redis.state.flapping).toBe(false);
    expect(seen).not.toContain(true);
  });

  describe('by two clocks', () => {
    const at = (wall: number, monotonic: number): Moment => ({ wall: NOW + wall, monotonic });

    it('recognizes an old result although the clock was set back, and never begins in the future', () => {
      const redis = new StateMachine(makeTarget('redis', { url: 'redis://localhost' }), THRESHOLDS, at(0, 0));
      redis.apply(up(), at(0, 0));
      expect(redis.refresh(at(-3_600_000, 2000))).toBeUndefined();
      expect(redis.state).toMatchObject({ status: 'healthy', since: NOW - 3_602_000, stale: false });
      expect(redis.refresh(at(-3_600_000, 3001))).toMatchObject({ to: 'unknown' });
    });

    it('keeps a result when the clock is set forwards, and drops results from before a suspend', () => {
      const redis = new StateMachine(makeTarget('redis', { url: 'redis://localhost' }), THRESHOLDS, at(0, 0));
      redis.apply(up(), at(0, 0));
      expect(redis.refresh(at(7_200_000, 2000))).toBeUndefined();
      expect(redis.refresh(at(7_200_000, 7_200_000))).toMatchObject({ to: 'unknown' });
      expect(redis.apply(up(), at(7_200_100, 7_200_100))).toMatchObject({ from: 'unknown', to: 'healthy' });
    });
  });

  describe('with new settings', () => {
    const other = makeTarget('redis', { url: 'redis://localhost', labels: { room: 'a' }, failure_threshold: 3 });

    it('keeps counters and state: consecutive failures, flapping, the status hidden by maintenance', () => {
      const redis = machine({ failure_threshold: 3 });
      feed(redis, [up(), down(), down()]);
      redis.prepare(other, THRESHOLDS)(moment(NOW + 3000));
      expect(redis.state).toMatchObject({ status: 'healthy', changes: 1, target: { labels: { room: 'a' } } });
      expect(redis.apply(down(), moment(NOW + 3000))).toMatchObject({ to: 'unhealthy' });

      const flapping = machine();
      feed(
        flapping,
        Array.from({ length: 12 }, (_, i) => (i % 2 ? down() : up()))
      );
      flapping.prepare(other, THRESHOLDS)(moment(NOW + 12_000));
      expect(flapping.state.flapping).toBe(true);

      const always = machine({ maintenance: [{ cron: '* * * * *', duration: '1h' }] });
      always.apply(down(), moment(NOW));
      always.prepare(makeTarget('redis', { url: 'redis://localhost' }), THRESHOLDS)(moment(NOW + 1000));
      expect(always.refresh(moment(NOW + 1000))).toMatchObject({ from: 'unknown', to: 'unhealthy' });
    });

    it('gives the new probe time, but keeps stale components stale', () => {
      const minutely = makeTarget('redis', { url: 'redis://localhost', interval: '60s' });
      const redis = new StateMachine(minutely, THRESHOLDS, moment(NOW));
      redis.apply(up(), moment(NOW));
      redis.prepare(other, THRESHOLDS)(moment(NOW + 40_000));
      expect(redis.refresh(moment(NOW + 40_000))).toBeUndefined();
      expect(redis.refresh(moment(NOW + 43_001))).toMatchObject({ to: 'unknown' });
      redis.prepare(minutely, THRESHOLDS)(moment(NOW + 200_000));
      expect(redis.refresh(moment(NOW + 200_000))).toBeUndefined();
      expect(redis.state.status).toBe('unknown');
    });

    it('uses other flapping thresholds from then on', () => {
      const redis = machine();
      feed(
        redis,
        Array.from({ length: 12 }, (_, i) => (i % 2 ? down() : up()))
      );
      redis.prepare(redis.state.target, { window: 21, start: 100, stop: 90 })(moment(NOW + 12_000));
      feed(
        redis,
        Array.from({ length: 12 }, (_, i) => (i % 2 ? down() : up()))
      );
      expect(redis.state.flapping).toBe(false);
    });
  });

  it('does not count restarts in a maintenance window as flapping, during or after it', () => {
    const redis = machine({ maintenance: [{ cron: '0 12 * * 0', duration: '30m', timezone: 'UTC' }] });
    feed(
      redis,
      Array.from({ length: 21 }, (_, i) => (i % 2 ? down() : up()))
    );
    expect(redis.state).toMatchObject({ maintenance: true, flapping: false });
    redis.refresh(moment(NOW + 1_800_000));
    redis.apply(up(), moment(NOW + 1_800_000));
    expect(redis.state).toMatchObject({ maintenance: false, flapping: false, status: 'healthy' });
  });
});

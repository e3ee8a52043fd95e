import type { Target } from '../../src/probes';
import type { SafeProbe, SafeResult } from '../../src/probes/probe';
import { hash } from '../../src/runtime/hash';
import { createScheduler, type Scheduler } from '../../src/schedule/scheduler';
import type { Tick } from '../../src/schedule/ticker';
import { makeTarget } from '../probes/kit/helpers';

// The test sets the clock, so real standstills of this process are excluded.
jest.mock('../../src/runtime/standstill', () => ({ stoodStillMs: () => 0 }));

const START = Date.parse('2026-03-01T12:00:00.500Z');

describe('scheduler', () => {
  let behaviour: Record<string, () => Promise<SafeResult>>;
  let probes: Map<string, { runs: number; closed: boolean }>;
  let results: { name: string; at: number; status: string }[];
  let rounds: { tick: Tick; publishedAt: number }[];
  let scheduler: Scheduler;

  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    behaviour = {};
    probes = new Map();
    results = [];
    rounds = [];
    scheduler = createScheduler({
      createProbe,
      onResult: (name, { status }) => results.push({ name, at: Date.now(), status }),
      onRound: (tick) => rounds.push({ tick, publishedAt: Date.now() }),
    });
  });
  afterEach(async () => {
    await scheduler.close();
    jest.useRealTimers();
  });

  function createProbe(target: Target): SafeProbe {
    const record = { runs: 0, closed: false };
    probes.set(target.name, record);
    return {
      run() {
        record.runs++;
        return behaviour[target.name]?.() ?? Promise.resolve({ status: 'healthy' });
      },
      close() {
        record.closed = true;
        return Promise.resolve();
      },
    };
  }

  const target = (name: string, fields = {}) => makeTarget('tcp', { name, address: 'localhost:1', ...fields });
  const timed = (t: Target, interval: number, timeout: number): Target => ({ ...t, interval, timeout });
  const runsOf = (name: string) => probes.get(name)?.runs ?? 0;

  it('probes everything at the start, then every second', async () => {
    await scheduler.prepare([target('a'), target('b')]).apply();
    scheduler.start();
    expect([runsOf('a'), runsOf('b')]).toEqual([1, 1]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect([runsOf('a'), runsOf('b')]).toEqual([61, 61]);
    expect(rounds).toHaveLength(60);
  });

  it('publishes a round as soon as it is complete', async () => {
    behaviour.a = after(30, 'healthy');
    await scheduler.prepare([target('a')]).apply();
    scheduler.start();
    await jest.advanceTimersByTimeAsync(600);
    expect(rounds).toMatchObject([{ tick: { at: START + 500 }, publishedAt: START + 530 }]);
  });

  it('does not let a hanging component delay others, and publishes at the deadline', async () => {
    behaviour.frozen = () => new Promise(() => {});
    await scheduler.prepare([target('frozen'), target('fine')]).apply();
    scheduler.start();
    await jest.advanceTimersByTimeAsync(60_400);
    expect(runsOf('fine')).toBe(61);
    expect(rounds).toHaveLength(60);
    const lateness = rounds.map(({ tick, publishedAt }) => publishedAt - tick.at);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(805);
    const fine = results.filter(({ name, at }) => name === 'fine' && at % 1000 !== 0 && at !== START);
    expect(fine).toEqual([]);
  });

  it('keeps longer intervals, on whole multiples, and does not wait for them', async () => {
    behaviour.sdr = after(5000, 'healthy');
    await scheduler.prepare([target('a'), timed(target('sdr'), 60_000, 10_000)]).apply();
    scheduler.start();
    await jest.advanceTimersByTimeAsync(180_000);
    expect(runsOf('sdr')).toBe(4);
    expect(rounds.every(({ tick, publishedAt }) => publishedAt - tick.at < 10)).toBe(true);
    expect(results.filter(({ name }) => name === 'sdr').map(({ at }) => at - START)).toEqual([5000, 64_500, 124_500]);
  });

  it('spreads many components over the first 600 ms, evenly', async () => {
    const many = Array.from({ length: 300 }, (_, i) => target(`c${i}`));
    await scheduler.prepare(many).apply();
    scheduler.start();
    results.length = 0;
    await jest.advanceTimersByTimeAsync(500 + 999);
    const offsets = results.filter(({ at }) => at >= START + 500).map(({ at }) => at - START - 500);
    expect(offsets).toHaveLength(300);
    expect(Math.max(...offsets)).toBeLessThan(600);
    for (const begin of [0, 200, 400]) {
      const share = offsets.filter((offset) => offset >= begin && offset < begin + 200).length;
      expect(share).toBeGreaterThan(60);
    }
    expect(hash('redis')).toBe(hash('redis'));
  });

  it('reports the start delay of each group, including the first after a late tick', async () => {
    const lags: number[] = [];
    let tick: (tick: Tick) => void = () => undefined;
    const late = createScheduler({
      createProbe,
      onResult: () => undefined,
      onRound: () => undefined,
      onStart: (lagMs) => lags.push(lagMs),
      createTicker: (onTick) => ({ start: () => (tick = onTick), stop: () => undefined }),
    });
    // two groups, 300 ms apart
    await late.prepare(Array.from({ length: 100 }, (_, i) => target(`c${i}`))).apply();
    late.start();
    tick({ at: START, lagMs: 40, missed: 0 });
    await jest.advanceTimersByTimeAsync(1000);
    tick({ at: START + 1000, lagMs: 700, missed: 0 });
    expect(lags.map(Math.round)).toEqual([40, 0, 700, 400]);
    await late.close();
  });

  it('keeps the probes of unchanged components, closes removed ones, replaces changed ones', async () => {
    await scheduler.prepare([target('same'), target('gone'), target('changed')]).apply();
    scheduler.start();
    const same = probes.get('same');
    const gone = probes.get('gone');
    const changed = probes.get('changed');
    await scheduler.prepare([target('same'), target('changed', { address: 'localhost:2' }), target('new')]).apply();
    expect(probes.get('same')).toBe(same);
    expect(same?.closed).toBe(false);
    expect(gone?.closed).toBe(true);
    expect(changed?.closed).toBe(true);
    expect(probes.get('changed')).not.toBe(changed);
    expect([runsOf('changed'), runsOf('new')]).toEqual([1, 1]);
    await jest.advanceTimersByTimeAsync(500);
    expect(results.filter(({ name, at }) => name === 'gone' && at > START)).toEqual([]);
  });

  it('probes on demand', async () => {
    await scheduler.prepare([target('a')]).apply();
    expect(await scheduler.probeNow('a')).toBe(true);
    expect(await scheduler.probeNow('nobody')).toBe(false);
    expect(results).toHaveLength(1);
  });

  it('leaves no timer behind', async () => {
    await scheduler.prepare([target('a'), ...Array.from({ length: 60 }, (_, i) => target(`c${i}`))]).apply();
    scheduler.start();
    await jest.advanceTimersByTimeAsync(600);
    await scheduler.close();
    expect(jest.getTimerCount()).toBe(0);
    expect([...probes.values()].every(({ closed }) => closed)).toBe(true);
  });

  function after(ms: number, status: 'healthy' | 'unhealthy'): () => Promise<SafeResult> {
    return () => new Promise((resolve) => setTimeout(() => resolve({ status }), ms));
  }
});

/** Workers that answer late or not at all, but are alive. */
import { createFailover } from '../../../src/probes/celery/failover';
import { celeryResult } from '../../../src/probes/celery/result';
import { createWorkers, type Census, type Workers } from '../../../src/probes/celery/workers/workers';
import type { Probe, ProbeResult } from '../../../src/probes/probe';

const SECOND = 1000;
let workers: Workers;
let now: number;

beforeEach(() => {
  workers = createWorkers({ minWorkers: 1, busyGraceMs: 0, timeoutMs: 800 });
  now = 100 * SECOND;
});

/** One ping, `seconds` after the previous one, the workers that answer it, and the window. */
function ping(answered: string[], seconds = 1, windowMs = 700): Census {
  const pingedAt = (now += seconds * SECOND);
  return workers.settle(new Set(answered), pingedAt, pingedAt + windowMs);
}
const says = (type: 'heartbeat' | 'online' | 'offline', worker: string, at = now, more = {}) =>
  workers.event({ type, worker, active: undefined, version: undefined, ...more }, at);
const result = (census: Census, more = {}) =>
  celeryResult({
    census,
    minWorkers: 1,
    broker: 'broker',
    listeners: undefined,
    responseTimeMs: 2,
    queueLengths: undefined,
    unreadable: undefined,
    ...more,
  });

describe('a worker that answers late', () => {
  it('counts while it answers late, and is silent when it stops', () => {
    ping(['a', 'b']);
    ping(['a']);
    workers.lateAnswer('b', now + 900);
    const late = ping(['a']);
    expect(late).toMatchObject({ late: ['b'], silent: [] });
    expect(result(late)).toMatchObject({ status: 'healthy', message: '2 of 2 workers answering; b is slow to answer' });
    expect(ping(['a'], 3)).toMatchObject({ late: [], silent: [{ name: 'b' }] });
  });

  it('counts immediately if it sends a heartbeat during the ping', () => {
    ping(['a', 'b']);
    says('heartbeat', 'b', now + SECOND + 300);
    expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [] });
  });

  it('makes the probe wait for the others too, but not for long', () => {
    ping(['a', 'b', 'c']);
    ping(['a']);
    workers.lateAnswer('b', now + 900);
    expect(ping(['a'])).toMatchObject({ late: ['b', 'c'], silent: [] });
    workers.lateAnswer('b', now + 900);
    expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [{ name: 'c' }] });
  });

  it('that was frozen for longer is not late', () => {
    ping(['a', 'b']);
    for (let run = 0; run < 3; run++) ping(['a']);
    workers.lateAnswer('b', now + 800);
    expect(ping(['a'])).toMatchObject({ late: [], silent: [{ name: 'b' }] });
  });
});

describe('a worker that was frozen', () => {
  it('is late again only by answers to newer pings', () => {
    ping(['a', 'b']);
    const missed = [1, 2, 3].map(() => (ping(['a']), now));
    now += 500;
    for (const pingedAt of missed) workers.lateAnswer('b', now, pingedAt);
    expect(ping(['a'])).toMatchObject({ late: [], silent: [{ name: 'b' }] });
    workers.lateAnswer('b', now + 900, now);
    expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [] });
    for (let run = 0; run < 10; run++) {
      workers.lateAnswer('b', now + 900, now);
      expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [] });
    }
  });
});

describe('a worker that does not answer pings', () => {
  const beat = (seconds: number, more = {}) => {
    for (let second = 0; second < seconds; second++) {
      if (second % 2 === 0) says('heartbeat', 'mute', now + 100, more);
      ping([]);
    }
  };

  it('is alive by its heartbeats, with their age, and silent soon after the last', () => {
    beat(6);
    const census = ping([]);
    expect(census).toMatchObject({ beating: [{ name: 'mute', ignoresPings: true }], silent: [] });
    expect(result(census)).toMatchObject({ status: 'healthy', details: { worker_count: 1 } });
    expect(result(census).message).toMatch(
      /^0 of 1 workers answering; mute is alive by heartbeat, \d s ago \(no pings: worker_enable_remote_control is off, or accept_content/
    );
    expect(ping([], 5)).toMatchObject({ beating: [], silent: [{ name: 'mute', beats: false }] });
  });

  it('is not busy for that', () => {
    workers = createWorkers({ minWorkers: 1, busyGraceMs: 60 * SECOND });
    beat(6);
    expect(ping([], 10)).toMatchObject({ busy: [], silent: [{ name: 'mute' }] });
  });

  it('with a longer heartbeat interval gets the time for it', () => {
    beat(6, { everyMs: 10 * SECOND });
    expect(ping([], 25)).toMatchObject({ beating: [{ name: 'mute' }], silent: [] });
    expect(ping([], 10)).toMatchObject({ beating: [], silent: [{ name: 'mute' }] });
  });

  it('counts as a new one when it restarts', () => {
    beat(6);
    says('online', 'mute');
    expect(ping(['mute'])).toMatchObject({ answering: ['mute'], beating: [] });
  });
});

describe('a worker that stops answering', () => {
  it('is silent, with the age of its heartbeats', () => {
    ping(['a']);
    ping([]);
    says('heartbeat', 'a', now + 900);
    const census = ping([], 4);
    expect(result(census).error).toContain('a sends heartbeats (the last 4 s ago), but has not answered for 5 s');
    expect(result(ping([], 70)).error).toMatch(/; a has been silent for 75 s;/);
  });

  it('may be running a task, and the setting for that is named', () => {
    ping(['a']);
    says('heartbeat', 'a');
    expect(result(ping([])).error).toContain('set busy_grace');
  });
});

describe('names', () => {
  it('used by two processes are reported', () => {
    for (const pid of [1, 2, 1, 2]) {
      says('heartbeat', 'same@h', now, { pid });
      ping(['same@h']);
    }
    const census = ping(['same@h']);
    expect(result(census)).toMatchObject({ status: 'warning' });
    expect(result(census).message).toMatch(
      /^several workers have the name same@h: start each with its own --hostname; 1 of 1/
    );
  });

  it('of a restarted worker are not reported as duplicates', () => {
    for (const pid of [1, 1, 2, 2]) {
      says('heartbeat', 'w@h', now, { pid });
      ping(['w@h']);
    }
    expect(ping(['w@h']).twins).toEqual([]);
  });

  it('of unreadable answers are those of the heartbeats', () => {
    for (const name of ['a', 'b', 'c']) says('heartbeat', name);
    const pingedAt = (now += SECOND);
    says('heartbeat', 'a', now);
    says('heartbeat', 'c', now);
    const census = workers.settle(new Set(), pingedAt, now + 10, 2);
    expect(census).toMatchObject({ answering: ['a', 'c'], unnamed: 0 });
    expect(workers.settle(new Set(), now + SECOND, now + SECOND + 10, 4)).toMatchObject({
      answering: ['a', 'b', 'c'],
      unnamed: 1,
    });
  });
});

test('unneeded brokers are not connected, and all are reported if none works', async () => {
  const states: ProbeResult[] = [
    { status: 'unhealthy', error: 'one' },
    { status: 'healthy', message: 'fine' },
    { status: 'unhealthy', error: 'three' },
  ];
  const closed: number[] = [];
  const makers = states.map((_state, index) => (): Probe => ({
    run: () => Promise.resolve(states[index] as ProbeResult),
    close: () => Promise.resolve(void closed.push(index)),
  }));
  const failover = createFailover(makers);
  const { signal } = new AbortController();
  expect(await failover.run(signal)).toEqual({ status: 'healthy', message: 'fine; via broker 2 of the list' });
  await failover.run(signal);
  expect(closed).toEqual([0, 2]);
  states[1] = { status: 'unhealthy', error: 'two' };
  expect(await failover.run(signal)).toMatchObject({ status: 'unhealthy', error: 'two; one; three' });
});

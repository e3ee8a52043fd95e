/** What is said of workers that answer late, or not at all, and live all the same. */
import { createFailover } from '../../../src/probes/celery/failover';
import { celeryResult } from '../../../src/probes/celery/result';
import { createWorkers, type Census, type Workers } from '../../../src/probes/celery/workers';
import type { Probe, ProbeResult } from '../../../src/probes/probe';

const SECOND = 1000;
let workers: Workers;
let now: number;

beforeEach(() => {
  workers = createWorkers({ minWorkers: 1, busyGraceMs: 0, timeoutMs: 800 });
  now = 100 * SECOND;
});

/** One ping, `seconds` after the one before, who answers it, and how long it is waited for. */
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
    broker: 'RabbitMQ at mq:5672',
    listeners: undefined,
    responseTimeMs: 2,
    queueLengths: undefined,
    unreadable: undefined,
    ...more,
  });

describe('a worker that answers late', () => {
  it('counts while it does, and is silent when that ends', () => {
    ping(['a', 'b']);
    ping(['a']);
    workers.lateAnswer('b', now + 900);
    const late = ping(['a']);
    expect(late).toMatchObject({ late: ['b'], silent: [] });
    expect(result(late)).toMatchObject({ status: 'healthy', message: '2 of 2 workers answer; b is slow to answer' });
    expect(ping(['a'], 3)).toMatchObject({ late: [], silent: [{ name: 'b' }] });
  });

  it('counts at once when it sends a heartbeat while the ping waits', () => {
    ping(['a', 'b']);
    says('heartbeat', 'b', now + SECOND + 300);
    expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [] });
  });

  it('is a reason to wait for the others, too, but not for long', () => {
    ping(['a', 'b', 'c']);
    ping(['a']);
    workers.lateAnswer('b', now + 900);
    expect(ping(['a'])).toMatchObject({ late: ['b', 'c'], silent: [] });
    workers.lateAnswer('b', now + 900);
    expect(ping(['a'])).toMatchObject({ late: ['b'], silent: [{ name: 'c' }] });
  });

  it('that stood still for longer is not late: it was away', () => {
    ping(['a', 'b']);
    for (let run = 0; run < 3; run++) ping(['a']);
    workers.lateAnswer('b', now + 800);
    expect(ping(['a'])).toMatchObject({ late: [], silent: [{ name: 'b' }] });
  });
});

describe('a worker that stood still', () => {
  it('is late again only by answers to what it was asked since', () => {
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

describe('a worker that takes no pings', () => {
  const beat = (seconds: number, more = {}) => {
    for (let second = 0; second < seconds; second++) {
      if (second % 2 === 0) says('heartbeat', 'deaf', now + 100, more);
      ping([]);
    }
  };

  it('is alive by its heartbeats, whose age is said, and silent soon after the last', () => {
    beat(6);
    const census = ping([]);
    expect(census).toMatchObject({ beating: [{ name: 'deaf', deaf: true }], silent: [] });
    expect(result(census)).toMatchObject({ status: 'healthy', details: { worker_count: 1 } });
    expect(result(census).message).toMatch(
      /^0 of 1 workers answer; deaf is alive by heartbeat, \d s ago \(no pings: worker_enable_remote_control is off, or accept_content/
    );
    expect(ping([], 5)).toMatchObject({ beating: [], silent: [{ name: 'deaf', beats: false }] });
  });

  it('is not busy for that', () => {
    workers = createWorkers({ minWorkers: 1, busyGraceMs: 60 * SECOND });
    beat(6);
    expect(ping([], 10)).toMatchObject({ busy: [], silent: [{ name: 'deaf' }] });
  });

  it('that sends its heartbeats seldom has the time for that', () => {
    beat(6, { everyMs: 10 * SECOND });
    expect(ping([], 25)).toMatchObject({ beating: [{ name: 'deaf' }], silent: [] });
    expect(ping([], 10)).toMatchObject({ beating: [], silent: [{ name: 'deaf' }] });
  });

  it('is another one when it starts anew', () => {
    beat(6);
    says('online', 'deaf');
    expect(ping(['deaf'])).toMatchObject({ answering: ['deaf'], beating: [] });
  });
});

describe('a worker that has answered and does not any more', () => {
  it('is silent, and what is said of its heartbeats has their age', () => {
    ping(['a']);
    ping([]);
    says('heartbeat', 'a', now + 900);
    const census = ping([], 4);
    expect(result(census).error).toContain('a sends heartbeats (the last 4 s ago), but has not answered for 5 s');
    expect(result(ping([], 70)).error).toMatch(/; a has been silent for 75 s;/);
  });

  it('may be in a task, and the setting for that is named', () => {
    ping(['a']);
    says('heartbeat', 'a');
    expect(result(ping([])).error).toContain('set busy_grace');
  });
});

describe('names', () => {
  it('that two processes go by are told', () => {
    for (const pid of [1, 2, 1, 2]) {
      says('heartbeat', 'same@h', now, { pid });
      ping(['same@h']);
    }
    const census = ping(['same@h']);
    expect(result(census)).toMatchObject({ status: 'warning' });
    expect(result(census).message).toMatch(
      /^several workers call themselves same@h: start each with its own --hostname; 1 of 1/
    );
  });

  it('of a worker that was started anew are none of two', () => {
    for (const pid of [1, 1, 2, 2]) {
      says('heartbeat', 'w@h', now, { pid });
      ping(['w@h']);
    }
    expect(ping(['w@h']).twins).toEqual([]);
  });

  it('of answers that cannot be read are those of the heartbeats', () => {
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

test('a broker that is not needed is left alone, and all are told of when none works', async () => {
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
  expect(await failover.run(signal)).toEqual({ status: 'healthy', message: 'fine; over broker 2 of the list' });
  await failover.run(signal);
  expect(closed).toEqual([0, 2]);
  states[1] = { status: 'unhealthy', error: 'two' };
  expect(await failover.run(signal)).toMatchObject({ status: 'unhealthy', error: 'two; one; three' });
});

import { Board } from '../../src/board/board';
import { componentJson } from '../../src/board/component-json';
import { createEventRing } from '../../src/board/events';
import { askedMaintenance } from '../../src/board/maintenance';
import { NO_MEMORY } from '../../src/board/memory';
import { overallStatus, summarizeKinds } from '../../src/board/overall';
import type { Target } from '../../src/probes';
import { makeTarget } from '../probes/kit/helpers';
import { down, moment, THRESHOLDS, up } from './support';

const target = (name: string, fields: Record<string, unknown> = {}): Target =>
  makeTarget('http', { name, url: 'http://localhost', ...fields });

function board(...components: Target[]): Board {
  const created = new Board(100);
  created.prepare({ components, flapping: THRESHOLDS }).apply();
  return created;
}

describe('board', () => {
  it('emits a change immediately with an increasing id, and keeps it', () => {
    const b = board(target('a'), target('b'));
    const changes: [number, string, string][] = [];
    b.on('change', ({ id, component, to }) => changes.push([id, component, to]));
    b.apply('a', up());
    b.apply('b', down());
    b.apply('a', up());
    expect(changes).toEqual([
      [1, 'a', 'healthy'],
      [2, 'b', 'unhealthy'],
    ]);
    expect(b.events.afterId(1)).toMatchObject({ events: [{ component: 'b' }], lost: 0 });
  });

  it('is Unknown before the first round, then the worst relevant status', () => {
    const b = board(target('a'), target('b', { critical: true }));
    expect(b.overall).toBe('Unknown');
    expect(b.ready).toBe(false);
    b.apply('a', up());
    b.apply('b', up());
    b.publish(Date.now());
    expect([b.overall, b.ready]).toEqual(['Good', true]);
    b.apply('a', down());
    expect(b.overall).toBe('Degraded');
    b.apply('b', down());
    expect(b.overall).toBe('Critical');
    b.apply('b', up({ status: 'degraded' }));
    b.apply('a', up());
    expect(b.overall).toBe('Degraded');
  });

  it('ignores components with unknown status', () => {
    const b = board(target('a'));
    expect(overallStatus(b.states())).toBe('Unknown');
    expect(overallStatus([])).toBe('Unknown');
  });

  it('is Degraded while a critical component is unknown, unless it is in maintenance', () => {
    let now = moment(Date.UTC(2026, 2, 1, 2, 59, 58));
    const b = new Board(100, () => now);
    const maintenance = [{ cron: '0 3 * * *', duration: 1_800_000, timezone: 'UTC' }];
    const components = [target('a'), { ...target('b', { critical: true }), maintenance }];
    b.prepare({ components, flapping: THRESHOLDS }).apply();
    const words = ['02:59:59', '03:00:01', '03:31:00'].map((time) => {
      now = moment(Date.parse(`2026-03-01T${time}Z`));
      b.apply('a', up());
      b.publish(now.wall);
      expect(b.get('b')?.status).toBe('unknown');
      return b.overall;
    });
    expect(words).toEqual(['Degraded', 'Good', 'Degraded']);
  });

  it('summarizes kinds in the order of the configuration', () => {
    const b = board(target('a'), target('b', { kind: 'infrastructure' }), target('c'));
    b.apply('a', up());
    b.apply('b', up({ status: 'warning' }));
    expect(summarizeKinds(b.states())).toEqual([
      { kind: 'microservice', total: 2, up: 1 },
      { kind: 'infrastructure', total: 1, up: 1 },
    ]);
  });

  it('keeps the state of components across a reload, even with changed settings, and drops removed ones', () => {
    const b = board(target('a'), target('b'), target('c'));
    for (const name of ['a', 'b', 'c']) b.apply(name, up());
    const since = b.get('b')?.since;
    b.prepare({ components: [target('a'), target('b', { critical: true })], flapping: THRESHOLDS }).apply();
    expect(b.get('a')?.status).toBe('healthy');
    expect(b.get('b')).toMatchObject({ status: 'healthy', since, changes: 1 });
    expect(b.get('c')).toBeUndefined();
    expect(() => b.apply('c', up())).not.toThrow();
  });

  it('knows which maintenance goes on, and which was ended, also of a component that was removed meanwhile', () => {
    const now = Date.now();
    const remembered = askedMaintenance(now, now + 3_600_000, 'ada', 'upgrade');
    const b = new Board(100, undefined, { ...NO_MEMORY, maintenance: new Map([['a', remembered]]) });
    const configure = (...components: Target[]) => b.prepare({ components, flapping: THRESHOLDS }).apply();
    const removeAndAdd = () => {
      configure();
      configure(target('a'), target('b'));
      return [b.get('a')?.maintenance, b.get('b')?.maintenance];
    };
    configure(target('a'), target('b'));
    expect(removeAndAdd()).toEqual([true, false]);
    b.maintain('a', undefined);
    b.maintain('b', remembered);
    expect(removeAndAdd()).toEqual([false, true]);
  });

  it('names the failed dependencies that explain a failure', () => {
    const b = board(target('rabbitmq'), target('celery', { depends_on: ['rabbitmq'] }));
    const json = () => componentJson(b.get('celery')!, b);
    b.apply('celery', down());
    b.apply('rabbitmq', up());
    expect(json().consequence_of).toBeUndefined();
    b.apply('rabbitmq', down());
    expect(json().consequence_of).toEqual(['rabbitmq']);
    b.apply('celery', up());
    expect(json().consequence_of).toBeUndefined();
  });

  it("returns a component as in the stream; details cannot override the board's keys", () => {
    const b = board(target('a', { display_name: 'Alpha', labels: { region: 'eu' } }));
    b.apply(
      'a',
      up({ responseTimeMs: 1.23456, version: '1.2', message: 'fine', details: { users: 3, status: 'unhealthy' } })
    );
    expect(componentJson(b.get('a')!, b)).toEqual({
      status: 'healthy',
      service: 'a',
      display_name: 'Alpha',
      kind: 'microservice',
      type: 'service',
      response_time_ms: 1.23,
      message: 'fine',
      version: '1.2',
      labels: { region: 'eu' },
      last_check: expect.stringMatching(/Z$/) as string,
      since: expect.stringMatching(/Z$/) as string,
      since_at_least: true,
      flapping: false,
      users: 3,
    });
  });
});

describe('event ring', () => {
  const transition = (at: number) => ({ component: 'a', kind: 'k', type: 't', from: 'healthy', to: 'unhealthy', at, reason: '' }) as const; // prettier-ignore

  it('keeps the newest in order', () => {
    const ring = createEventRing(10);
    for (let i = 1; i <= 25; i++) ring.add(transition(i * 1000));
    expect(ring.since(0).map(({ id }) => id)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    expect(ring.since(22_000).map(({ id }) => id)).toEqual([22, 23, 24, 25]);
    expect(ring.since(22_001).map(({ id }) => id)).toEqual([23, 24, 25]);
    expect(ring.lastId).toBe(25);
    expect(ring.afterId(24)).toMatchObject({ events: [{ id: 25 }], lost: 0 });
    expect(ring.afterId(25)).toEqual({ events: [], lost: 0 });
    expect(ring.afterId(11)).toMatchObject({ events: Array.from({ length: 10 }, (_, i) => ({ id: 16 + i })), lost: 4 });
    // an id in the future: nothing is missing
    expect(ring.afterId(99)).toEqual({ events: [], lost: 0 });
  });

  it('changes its capacity, and drops no more than necessary', () => {
    const ring = createEventRing(10);
    for (let i = 1; i <= 15; i++) ring.add(transition(i * 1000));
    ring.resize(3);
    expect(ring.since(0).map(({ id }) => id)).toEqual([13, 14, 15]);
    ring.resize(5);
    for (let i = 16; i <= 18; i++) ring.add(transition(i * 1000));
    expect(ring.since(0).map(({ id }) => id)).toEqual([14, 15, 16, 17, 18]);
  });

  it('is empty at first, and returns what it has before it is full', () => {
    const ring = createEventRing(10);
    expect(ring.since(0)).toEqual([]);
    ring.add(transition(1));
    ring.add(transition(2));
    expect(ring.since(0).map(({ id }) => id)).toEqual([1, 2]);
  });
});

import {
  decodeAnswer,
  decodeEvent,
  decodeRedisEnvelope,
  encodeRedisEnvelope,
  pingBody,
  pingHeaders,
  UnreadableMessageError,
  type Message,
} from '../../../src/probes/celery/protocol';
import { celeryResult, type CeleryFindings } from '../../../src/probes/celery/result';
import { createRound } from '../../../src/probes/celery/round';
import { createWorkers, type Census, type Workers } from '../../../src/probes/celery/workers/workers';

const message = (body: unknown, headers: Record<string, unknown> = {}): Message => ({
  contentType: 'application/json',
  headers,
  body: Buffer.from(JSON.stringify(body)),
});

describe('the messages', () => {
  it('request a ping from every worker, with a reply address', () => {
    expect(JSON.parse(pingBody('a-ticket', 'a-key').toString())).toEqual({
      method: 'ping',
      arguments: {},
      destination: null,
      pattern: null,
      matcher: null,
      ticket: 'a-ticket',
      reply_to: { exchange: 'reply.celery.pidbox', routing_key: 'a-key' },
    });
  });

  it('survive the envelope that kombu uses on Redis', () => {
    const text = encodeRedisEnvelope('celery.pidbox', pingBody('t', 'k'), pingHeaders(1234.5));
    expect(JSON.parse(text)).toMatchObject({
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      headers: { expires: 1234.5 },
      properties: { delivery_info: { exchange: 'celery.pidbox', routing_key: '' }, body_encoding: 'base64' },
    });
    const { contentType, headers, body } = decodeRedisEnvelope(text);
    expect({ contentType, headers }).toEqual({ contentType: 'application/json', headers: pingHeaders(1234.5) });
    expect(body).toEqual(pingBody('t', 'k'));
  });

  it('identify which worker answers which ping', () => {
    const answer = message({ 'worker@höst': { ok: 'pong' } }, { ticket: 'a-ticket', clock: 12 });
    expect(decodeAnswer(answer)).toEqual({ worker: 'worker@höst', ticket: 'a-ticket' });
  });

  it("contain a worker's events", () => {
    const heartbeat = { type: 'worker-heartbeat', hostname: 'w@h', freq: 2, active: 3, sw_ver: '5.2.6', clock: 9 };
    expect(decodeEvent(message(heartbeat))).toEqual({ type: 'heartbeat', worker: 'w@h', active: 3, version: '5.2.6' });
    expect(decodeEvent(message({ type: 'worker-offline', hostname: 'w@h', active: 'many' }))).toEqual({
      type: 'offline',
      worker: 'w@h',
      active: undefined,
      version: undefined,
    });
  });

  it('explain what to do if workers answer in another format', () => {
    const pickled = { ...message({}), contentType: 'application/x-python-serialize' };
    expect(() => decodeAnswer(pickled)).toThrow('in application/x-python-serialize: set task_serializer to json');
  });

  it.each([
    ['not JSON', Buffer.from('{"w@h": ')],
    ['not an object', Buffer.from('[1]')],
    ['empty', Buffer.from('{}')],
    ['null', Buffer.from('null')],
  ])('that are %s are rejected', (_name, body) => {
    expect(() => decodeAnswer({ ...message({}, { ticket: 't' }), body })).toThrow(UnreadableMessageError);
    expect(() => decodeEvent({ ...message({}), body })).toThrow(UnreadableMessageError);
  });
});

describe('a round', () => {
  const never = new AbortController().signal;
  const answer = (worker: string, ticket: string) => ({ worker, ticket });

  it('ends with the last expected answer', async () => {
    const round = createRound(new Set(['a', 'b']));
    const done = round.done(10_000, never);
    expect(round.take(answer('a', round.ticket))).toBe(true);
    expect(round.take(answer('b', round.ticket))).toBe(true);
    await done;
    expect([...round.answered]).toEqual(['a', 'b']);
    expect(round.responseTimeMs).toBeLessThan(10_000);
  });

  it('ignores answers to another ping', () => {
    const round = createRound(new Set(['a']));
    expect(round.take(answer('a', 'another ticket'))).toBe(false);
    expect(round.answered.size).toBe(0);
  });

  it('waits for the whole window if no worker is known', async () => {
    const round = createRound(new Set());
    const started = performance.now();
    const done = round.done(100, never);
    round.take(answer('a', round.ticket));
    await done;
    expect(performance.now() - started).toBeGreaterThan(90);
  });

  it('ends when all recipients of the ping have answered, even if others are missing', async () => {
    const round = createRound(new Set(['a', 'dead']));
    const done = round.done(10_000, never);
    round.take(answer('a', round.ticket));
    round.sentTo(1);
    await done;
    expect([...round.answered]).toEqual(['a']);
  });

  it('ends immediately if the ping had no recipients', async () => {
    const round = createRound(new Set(['dead']));
    round.sentTo(0);
    await round.done(10_000, never);
  });

  it('does not wait for a worker that has gone offline', async () => {
    const round = createRound(new Set(['a', 'b']));
    const done = round.done(10_000, never);
    round.take(answer('a', round.ticket));
    round.left('b');
    await done;
  });

  it('fails with the connection, and at the timeout', async () => {
    const broken = createRound(new Set(['a']));
    broken.fail(new Error('connection reset'));
    await expect(broken.done(10_000, never)).rejects.toThrow('connection reset');
    const late = createRound(new Set(['a']));
    await expect(late.done(10_000, AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
  });
});

describe('the workers', () => {
  const SECOND = 1000;
  let workers: Workers;
  let now: number;

  const start = (options = {}) => {
    workers = createWorkers({ minWorkers: 1, busyGraceMs: 0, ...options });
    now = 100 * SECOND;
  };
  beforeEach(() => start());

  /** One ping, `seconds` after the one before, and who answers it. */
  function ping(answered: string[], seconds = 1): Census {
    now += seconds * SECOND;
    return workers.settle(new Set(answered), now, now + 5);
  }
  function says(type: 'heartbeat' | 'online' | 'offline', worker: string, more = {}): void {
    workers.event({ type, worker, active: undefined, version: undefined, ...more }, now);
  }
  const expected = () => [...workers.expected(now)].sort();

  it('are known from their answers', () => {
    expect(ping(['b', 'a'])).toMatchObject({ answering: ['a', 'b'], silent: [] });
    expect(expected()).toEqual(['a', 'b']);
  });

  it('are silent from the first unanswered ping on', () => {
    ping(['a', 'b']);
    expect(ping(['a'])).toMatchObject({ answering: ['a'], silent: [{ name: 'b', forMs: 5, beats: false }] });
    expect(ping(['a'], 3)).toMatchObject({ silent: [{ name: 'b', forMs: 3 * SECOND + 5 }] });
    expect(ping(['a', 'b'])).toMatchObject({ answering: ['a', 'b'], silent: [] });
    expect(ping(['a'])).toMatchObject({ silent: [{ name: 'b', forMs: 5 }] });
  });

  it('are waited for while they may be slow, and again after a message', () => {
    ping(['a', 'b']);
    ping(['a']);
    expect(expected()).toEqual(['a', 'b']);
    ping(['a'], 4);
    expect(expected()).toEqual(['a']);
    workers.lateAnswer('b', now + 10);
    expect(expected()).toEqual(['a', 'b']);
    ping(['a']);
    expect(expected()).toEqual(['a']);
  });

  it('are removed when they go offline', () => {
    ping(['a', 'b']);
    says('offline', 'b');
    expect(ping(['a'])).toMatchObject({ answering: ['a'], silent: [] });
  });

  it('that end silently are reported for a minute if the others are enough', () => {
    ping(['a', 'b']);
    ping(['a']);
    expect(ping(['a'], 59).silent).toHaveLength(1);
    expect(ping(['a'], 2).silent).toHaveLength(0);
  });

  it('that end silently are reported permanently if the others are not enough', () => {
    start({ minWorkers: 2 });
    ping(['a', 'b']);
    ping(['a']);
    expect(ping(['a'], 3600)).toMatchObject({ silent: [{ name: 'b', forMs: 3600 * SECOND + 5 }] });
    expect(ping(['a', 'c'])).toMatchObject({ answering: ['a', 'c'] });
    expect(ping(['a', 'c']).silent).toHaveLength(0);
  });

  it('do not fill the memory in a crash loop', () => {
    for (let index = 0; index < 500; index++) ping([`celery@${index}`], 0.1);
    expect(ping([]).silent.length).toBeLessThanOrEqual(51);
  });

  it('that are starting have time before they count as silent', () => {
    ping(['a']);
    says('online', 'new');
    expect(ping(['a'])).toMatchObject({ answering: ['a'], silent: [] });
    says('heartbeat', 'new');
    expect(ping(['a'], 5)).toMatchObject({ silent: [{ name: 'new' }] });
    expect(ping(['a', 'new'])).toMatchObject({ answering: ['a', 'new'], silent: [] });
  });

  it('that are busy count while their last heartbeat is within the grace', () => {
    start({ busyGraceMs: 10 * SECOND });
    ping(['a', 'solo']);
    says('heartbeat', 'solo');
    expect(ping(['a'], 8)).toMatchObject({ answering: ['a'], busy: ['solo'], silent: [] });
    expect(ping(['a'], 3)).toMatchObject({ answering: ['a'], busy: [], silent: [{ name: 'solo' }] });
  });

  it('that send heartbeats without answering are distinguished from missing ones', () => {
    ping(['a', 'mute', 'dead']);
    says('heartbeat', 'dead');
    ping(['a']);
    now += SECOND;
    says('heartbeat', 'mute');
    expect(ping(['a']).silent).toMatchObject([
      { name: 'dead', beats: false },
      { name: 'mute', beats: true },
    ]);
  });

  it('report active tasks in heartbeats', () => {
    says('heartbeat', 'a', { active: 2, version: '5.10.0' });
    now += 3 * SECOND;
    says('heartbeat', 'b', { active: 1, version: '5.2.6' });
    expect(ping(['a', 'b'])).toMatchObject({ active: 3, version: '5.2.6', heartbeatAgeMs: 4 * SECOND + 5 });
    expect(ping(['b'])).toMatchObject({ active: 1 });
  });
});

describe('the result', () => {
  const nobody: Census = {
    answering: [],
    busy: [],
    silent: [],
    active: undefined,
    heartbeatAgeMs: undefined,
    version: undefined,
  };
  const result = (census: Partial<Census>, findings: Partial<CeleryFindings> = {}) =>
    celeryResult({
      census: { ...nobody, ...census },
      minWorkers: 1,
      broker: 'broker',
      listeners: undefined,
      responseTimeMs: 2,
      queueLengths: undefined,
      unreadable: undefined,
      ...findings,
    });
  const silent = [
    { name: 'c@h', forMs: 61_000, beats: false },
    { name: 'b@h', forMs: 3000, beats: true },
  ];

  it.each([
    [{ answering: ['a@h'] }, 1, 'healthy', '1 of 1 workers answering'],
    [{ answering: ['a@h', 'b@h'] }, 1, 'healthy', '2 of 2 workers answering'],
    [{ answering: ['a@h'] }, 3, 'degraded', '1 of 3 workers answering'],
    [
      { answering: ['a@h'], silent },
      1,
      'degraded',
      '1 of 3 workers answering; c@h has been silent for 61 s; b@h sends heartbeats, but has not answered for 3 s',
    ],
    [
      { answering: ['a@h'], busy: ['b@h'] },
      2,
      'healthy',
      '1 of 2 workers answering; b@h is busy, last heartbeat in time',
    ],
  ])('of %j with min_workers %d is %s: %s', (census, minWorkers, status, text) => {
    expect(result(census, { minWorkers })).toMatchObject({ status, message: text });
  });

  it.each([
    [{}, 'no worker answers'],
    [{ listeners: 0 }, 'no worker listens; start one'],
    [{ unreadable: new Error('set task_serializer to json') }, 'broker: set task_serializer to json'],
  ])('without workers and %j is unhealthy: %s', (findings, error) => {
    expect(result({}, findings)).toMatchObject({ status: 'unhealthy', error });
  });

  it('shortens long names in the details', () => {
    const name = 'celery@ip-10-0-123-211.eu-south-1.compute.internal';
    expect(result({ answering: [name] }).details?.workers).toEqual(['celery@ip-10-0-123-211.eu-sou…']);
  });

  it('stays small with many workers and queues', () => {
    const names = Array.from({ length: 300 }, (_, index) => `celery@host-${index}`);
    const { details, message, gauges } = result(
      { answering: names, silent: names.map((name) => ({ name: `${name}-x`, forMs: 9000, beats: false })) },
      { queueLengths: new Map(names.map((name, index) => [name, index])) }
    );
    expect(JSON.stringify({ details, message }).length).toBeLessThan(500);
    expect(message).toMatch(/; 298 more are silent$/);
    expect(details?.queues).toEqual({ 'celery@host-299': 299, 'celery@host-298': 298, 'celery@host-297': 297 });
    expect(gauges?.filter(({ name }) => name === 'component_celery_queue_messages')).toHaveLength(300);
  });
});

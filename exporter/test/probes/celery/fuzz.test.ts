/** Messages about workers stay short, readable and without secrets, whatever the broker sends. */
import fc from 'fast-check';
import {
  decodeAnswer,
  decodeEvent,
  decodeRedisEnvelope,
  encodeRedisEnvelope,
  UnreadableMessageError,
  type Message,
} from '../../../src/probes/celery/protocol';
import { celeryResult } from '../../../src/probes/celery/result';
import { createWorkers } from '../../../src/probes/celery/workers/workers';

const SECRET = 'hunter2hunter2';

const name = fc.oneof(
  fc.constantFrom('w1@h', 'w2@h', '__proto__', 'toString', `amqp://user:${SECRET}@mq/`, 'w@h\u001b[2J\u202e'),
  fc.string({ unit: 'binary', maxLength: 600 })
);
const value = fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), name, fc.array(fc.integer()));

/** Messages of a worker, other messages, and truncated ones. */
const event = fc.record(
  {
    type: fc.oneof(fc.constantFrom('worker-heartbeat', 'worker-online', 'worker-offline'), value),
    hostname: fc.oneof(name, value),
    active: fc.oneof(fc.nat(9), value),
    sw_ver: fc.oneof(fc.constantFrom('5.2.6', '5.10.0'), value),
  },
  { requiredKeys: ['type', 'hostname'] }
);
const answer = fc.oneof(
  fc.tuple(name, value).map(([worker, inner]) => ({ [worker]: inner })),
  value
);
const body = fc
  .tuple(fc.oneof(event, answer, fc.json()), fc.oneof({ weight: 5, arbitrary: fc.constant(9999) }, fc.nat(60)))
  .map(([content, length]) => Buffer.from((JSON.stringify(content) ?? '').slice(0, length)));
const message: fc.Arbitrary<Message> = fc.record({
  contentType: fc.oneof({ weight: 4, arbitrary: fc.constant('application/json') }, name, fc.constant(undefined)),
  headers: fc.oneof(
    fc.constant({ ticket: 'ticket' }),
    fc.dictionary(fc.constantFrom('ticket', 'clock', '__proto__'), value)
  ),
  body: fc.oneof({ weight: 9, arbitrary: body }, fc.uint8Array({ maxLength: 60 }).map(Buffer.from)),
});

/** The only error that callers expect. */
function attempt<T>(read: () => T): T | UnreadableMessageError {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableMessageError);
    return error as UnreadableMessageError;
  }
}

test('answers and events of workers', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (messages, minWorkers) => {
      const workers = createWorkers({ minWorkers, busyGraceMs: 1500 });
      const answered = new Set<string>();
      let unreadable: Error | undefined;
      let now = 0;
      for (const one of messages) {
        const said = attempt(() => decodeEvent(one));
        if (!(said instanceof Error)) workers.event(said, (now += 500));
        const reply = attempt(() => decodeAnswer(one));
        if (reply instanceof Error) unreadable = reply;
        else answered.add(reply.worker);
      }
      const { status, message, error, version, details, gauges } = celeryResult({
        census: workers.settle(answered, now, now + 5),
        minWorkers,
        broker: 'broker',
        listeners: undefined,
        responseTimeMs: 1,
        queueLengths: undefined,
        unreadable,
      });
      const text = `${message ?? ''}${error ?? ''}`;
      expect(['healthy', 'degraded', 'unhealthy']).toContain(status);
      expect(text.length).toBeLessThanOrEqual(400);
      const shown = JSON.stringify([text, version, details]);
      expect(shown.length).toBeLessThan(1000);
      expect(shown).not.toContain(SECRET);
      expect(text + (version ?? '')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
      for (const gauge of gauges ?? []) expect(gauge.value).toBeGreaterThanOrEqual(0);
    })
  );
});

test('the envelope that kombu uses on Redis', () => {
  fc.assert(
    fc.property(message, fc.oneof(fc.string(), fc.json()), ({ headers, body: content }, text) => {
      attempt(() => decodeRedisEnvelope(text));
      const read = decodeRedisEnvelope(encodeRedisEnvelope('celery.pidbox', content, headers));
      expect(read.body).toEqual(content);
      expect(read.contentType).toBe('application/json');
    })
  );
});

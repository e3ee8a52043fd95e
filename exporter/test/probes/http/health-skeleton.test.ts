import fc from 'fast-check';
import { skeletonOf } from '../../../src/probes/http/health-skeleton';
import { readHealthBody } from '../../../src/probes/kit/health/report';

const UP = { status: 'UP', dependencies: { redis: 'up' } };
const of = (document: unknown) => skeletonOf(JSON.stringify(document));

describe('the skeleton of a health document', () => {
  it('leaves out the uptime and the time of day', () => {
    const one = of({ ...UP, uptime: 12.5, timestamp: '2026-03-01T12:00:00.000Z' });
    const other = of({ ...UP, uptime: 13.5, timestamp: '2026-03-01T12:00:01.000Z' });
    expect(one.text).toBe(other.text);
    expect([one.uptimeSeconds, other.uptimeSeconds]).toEqual([12.5, 13.5]);
  });

  it('keeps everything that may be a status, whatever its name', () => {
    expect(of({ checks: { time: 'up' } }).text).not.toBe(of({ checks: { time: 'down' } }).text);
    expect(of({ checks: { now: 200 } }).text).not.toBe(of({ checks: { now: 500 } }).text);
    expect(of({ message: 'a "uptime": 1,' }).text).not.toBe(of({ message: 'a "uptime": 2,' }).text);
  });

  it('takes no uptime when there are two', () => {
    expect(of({ uptime: 1, worker: { uptime: 2 } })).toMatchObject({ uptimeSeconds: undefined });
  });

  it('is the same only for documents that say the same, apart from the uptime', () => {
    const key = fc.constantFrom('uptime', 'uptime_seconds', 'time', 'now', 'status', 'checks', 'redis', 'message');
    const moving = fc.constantFrom(
      1,
      250,
      503,
      1.5,
      1_700_000_000,
      '2026-03-01T12:00:00Z',
      'up',
      'down',
      'a "time": 5,',
      true
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, moving, tie('document')), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(document, document, moving, moving, (shape, other, a, b) => {
        // the same shape twice with other values, and two that are unlike
        const text = JSON.stringify(shape);
        const swapped = text.replaceAll(JSON.stringify(a), JSON.stringify(b));
        for (const second of [swapped, JSON.stringify(other)]) {
          const [one, two] = [skeletonOf(text), skeletonOf(second)];
          if (one.text !== two.text) continue;
          const [first, again] = [readHealthBody(text), readHealthBody(second)];
          // what the probe asks before it trusts a skeleton
          if (one.uptimeSeconds !== first.uptimeSeconds) continue;
          expect(again).toEqual({ ...first, uptimeSeconds: two.uptimeSeconds });
        }
      }),
      { numRuns: 2000 }
    );
  });
});

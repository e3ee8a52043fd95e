/** Whatever a server answers, its readers stay within their bounds. */
import fc from 'fast-check';
import { createExpected } from '../../../src/probes/http/expect';
import { judge } from '../../../src/probes/http/probe';
import { readHealthBody } from '../../../src/probes/kit/health/report';
import { readModelReport } from '../../../src/probes/model-info/report';
import { parseKiwiSdr, parseOpenWebRx, parseOpenWebRxUsers } from '../../../src/probes/websdr/formats';

const STATUSES = ['healthy', 'degraded', 'warning', 'unhealthy'];
const SECRET = 'hunter2hunter2';
const CREDENTIALS = `postgres://user:${SECRET}@db/app`;

const word = fc.oneof(
  fc.constantFrom('status', 'UP', 'down', 'ok', 'dependencies', 'checks', 'error', 'details', 'message', 'version'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'polluted',
    'receiver',
    'users',
    'model',
    'accuracy',
    'loaded_at'
  ),
  fc.constant(CREDENTIALS),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 300 })
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 5 }),
    // through JSON: "__proto__" becomes a key like any other, as it does in an answer
    fc.array(fc.tuple(word, tie('any')), { maxLength: 6 }).map((entries) => JSON.parse(toJson(entries)) as unknown)
  ),
})).any;

function toJson(entries: [string, unknown][]): string {
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner) ?? 'null'}`).join(',')}}`;
}

/** JSON, JSON that broke off, and anything else. */
const body = fc.oneof(
  { weight: 6, arbitrary: value.map((any) => JSON.stringify(any) ?? '') },
  {
    weight: 1,
    arbitrary: fc.tuple(value, fc.nat(200)).map(([any, length]) => (JSON.stringify(any) ?? '').slice(0, length)),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.tuple(word, word), { maxLength: 20 })
      .map((all) => all.map(([k, v]) => `${k}=${v}`).join('\n')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2000 }) }
);

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  expect(({} as Record<string, unknown>)['status']).toBeUndefined();
});

test('health documents', () => {
  fc.assert(
    fc.property(body, fc.integer({ min: 100, max: 599 }), (text, statusCode) => {
      const report = readHealthBody(text, 'application/json');
      expect([undefined, ...STATUSES]).toContain(report.status);
      expect(report.dependencies.size).toBeLessThanOrEqual(50);
      for (const [name, status] of report.dependencies) {
        expect(name.length).toBeLessThanOrEqual(40);
        expect(STATUSES).toContain(status);
      }
      expect((report.message ?? '').length).toBeLessThanOrEqual(200);
      expect((report.version ?? '').length).toBeLessThanOrEqual(40);
      expect((report.service ?? '').length).toBeLessThanOrEqual(60);
      expect(report.uptimeSeconds ?? 0).toBeGreaterThanOrEqual(0);
      const answer = { statusCode, text, header: () => '/x', path: '/x', responseTimeMs: 1, stoodStillBefore: 0 };
      const { status, message = '', error = '' } = judge(answer, report, createExpected());
      expect(STATUSES).toContain(status);
      expect(error !== '').toBe(status === 'unhealthy');
      expect((message + error).length).toBeLessThanOrEqual(400);
      const shown = JSON.stringify([
        message,
        error,
        report.word,
        report.version,
        report.service,
        ...report.dependencies.keys(),
      ]);
      expect(shown).not.toContain(SECRET);
      expect(message + error).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
    })
  );
});

test('receivers', () => {
  fc.assert(
    fc.property(body, (text) => {
      for (const report of [parseOpenWebRx(text), parseKiwiSdr(text)]) {
        if (!report) continue;
        for (const found of [report.users ?? 0, report.usersMax ?? 0]) expect(found).toBeGreaterThanOrEqual(0);
        for (const found of [report.name, report.location, report.version, report.software])
          expect((found ?? '').length).toBeLessThanOrEqual(60);
        expect(JSON.stringify(report)).not.toContain(SECRET);
      }
      expect(parseOpenWebRxUsers(text) ?? 0).toBeGreaterThanOrEqual(0);
    })
  );
});

test('models', () => {
  fc.assert(
    fc.property(body, (text) => {
      const report = readModelReport(text);
      if (!report) return;
      for (const ratio of [report.accuracy ?? 0, report.cacheHitRatio ?? 0]) {
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
      }
      for (const time of [report.loadedAt, report.lastPredictionAt])
        if (time !== undefined) expect(time).toMatch(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(JSON.stringify(report)).not.toContain(SECRET);
      expect(JSON.stringify(report).length).toBeLessThan(700);
    })
  );
});

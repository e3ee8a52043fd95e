/** What PostgreSQL answers is what was asked for, or an error. */
import fc from 'fast-check';
import { UnreadableFigure, type Row } from '../../../src/probes/kit/sql/columns';
import { readFigures, readTruth } from '../../../src/probes/postgresql/figures/read';

const names = ['version', 'standby', 'maxConnections', 'replicationLagSeconds'] as const;

test('reads text by what was asked for', () => {
  const row = { version: '15.18', standby: 'f', maxConnections: '100', replicationLagSeconds: '1.5e-05', more: 'x' };
  expect(readFigures(row, names)).toEqual({
    version: '15.18',
    standby: false,
    maxConnections: 100,
    replicationLagSeconds: 0.000015,
  });
});

test('null says that there is none, or that it is not known', () => {
  const row = { version: null, standby: 't', maxConnections: null, replicationLagSeconds: null };
  expect(readFigures(row, names)).toEqual({ standby: true, replicationLagSeconds: null });
});

test.each<[unknown, string]>([
  [{ toString: 1 }, 'an object'],
  ['[[1]]', 'JSON'],
  ['NaN', 'no number'],
  ['1e999', 'a number without end'],
  ['', 'nothing'],
  ['0x10', 'another way to write one'],
])('refuses %j for a number: %s', (value) =>
  expect(() => readFigures({ maxConnections: value }, ['maxConnections'])).toThrow(UnreadableFigure)
);

test('refuses what is missing, and what only the prototype has', () => {
  expect(() => readFigures({}, ['standby'])).toThrow(UnreadableFigure);
  expect(() => readFigures(Object.create({ standby: 't' }) as Row, ['standby'])).toThrow(UnreadableFigure);
  expect(() => readTruth(undefined, 'standby')).toThrow(UnreadableFigure);
});

test('whatever comes, figures are of their types', () => {
  const value = fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('t', 'f', null), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.record({ version: value, standby: value, maxConnections: value, replicationLagSeconds: value }),
      (row) => {
        try {
          const found = readFigures(row, names);
          expect(typeof (found.maxConnections ?? 0)).toBe('number');
          expect(Number.isFinite(found.maxConnections ?? 0)).toBe(true);
          expect(typeof (found.standby ?? true)).toBe('boolean');
          expect(typeof (found.version ?? '')).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableFigure);
        }
      }
    )
  );
});

/** When windows are open, compared with an independent computation. */
import fc from 'fast-check';
import { createMaintenanceCheck } from '../../src/board/maintenance';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a daily window is open from its start for its duration, across midnight too', () => {
  const start = Date.UTC(2026, 0, 1);
  fc.assert(
    fc.property(
      fc.record({
        hour: fc.nat(23),
        minute: fc.nat(59),
        durationMs: fc.integer({ min: 1, max: DAY - 1 }),
        at: fc.nat(40 * DAY),
      }),
      ({ hour, minute, durationMs, at }) => {
        const isOpen = createMaintenanceCheck([
          { cron: `${minute} ${hour} * * *`, duration: durationMs, timezone: 'UTC' },
        ]);
        const sinceLast = (at - hour * HOUR - minute * 60_000 + DAY) % DAY;
        expect(isOpen(start + at)).toBe(sinceLast < durationMs);
      }
    )
  );
});

test('windows of the same component are combined, and one longer than its period never closes', () => {
  const isOpen = createMaintenanceCheck([
    { cron: '0 3 * * *', duration: HOUR, timezone: 'UTC' },
    { cron: '30 3 * * *', duration: HOUR, timezone: 'UTC' },
  ]);
  const at = (time: string) => isOpen(Date.parse(`2026-03-01T${time}Z`));
  expect(['02:59:59', '03:00:00', '03:59:59', '04:29:59', '04:30:00'].map(at)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  const always = createMaintenanceCheck([{ cron: '* * * * *', duration: HOUR, timezone: 'UTC' }]);
  expect(always(Date.parse('2026-03-01T12:34:56.789Z'))).toBe(true);
});

test('local time uses the time zone, including DST changes', () => {
  const isOpen = createMaintenanceCheck([{ cron: '30 1 * * *', duration: 2 * HOUR, timezone: 'Europe/Rome' }]);
  // winter: 1:30 is 0:30 UTC; on 29 March 2026 clocks go from 2:00 to 3:00, so that two hours end at 4:30 local, 2:30 UTC
  expect(isOpen(Date.parse('2026-03-29T00:29:59Z'))).toBe(false);
  expect(isOpen(Date.parse('2026-03-29T00:30:00Z'))).toBe(true);
  expect(isOpen(Date.parse('2026-03-29T02:29:59Z'))).toBe(true);
  expect(isOpen(Date.parse('2026-03-29T02:30:00Z'))).toBe(false);
  // summer: 1:30 is 23:30 UTC of the day before
  expect(isOpen(Date.parse('2026-06-30T23:30:00Z'))).toBe(true);
});

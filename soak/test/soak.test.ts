/** A small soak: four real servers, a real exporter, an independent observer. Needs `npm run build`. */
import { textOf } from '../src/report';
import { soak } from '../src/run';

test('stream, counters and events report what happens, and nothing else', async () => {
  const report = await soak({ seed: 31, durationMs: 14_000, size: 'small', meanGapMs: 1200 });
  const context = textOf(report);
  expect({ context, contradictions: report.contradictions }).toEqual({ context, contradictions: [] });
  expect({ context, unexplained: report.unexplained }).toEqual({ context, unexplained: [] });
  expect(report.faults.length).toBeGreaterThan(3);
  expect(report.transitions).toBeGreaterThan(8);
  expect(report.lags.filter(({ to }) => to === 'down').map(({ changes }) => changes)).not.toEqual([]);
  // twice the interval and its timeout, because this machine may be busy
  for (const { to, longestUntoldMs } of report.lags) if (to === 'down') expect(longestUntoldMs).toBeLessThan(4000);
  // every moment is accounted for: the observer and the stream spoke of every component all the time
  expect(report.total.totalMs).toBeGreaterThan(4 * 14_000);
  const share = ((100 * report.fast.agreeMs) / report.fast.totalMs).toFixed(1);
  process.stdout.write(
    `${report.faults.length} faults, ${report.transitions} transitions; board and observer agree ${share} % of the time\n`
  );
}, 120_000);

/** The row of the component dashboard that tells its service level. */
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { stat, steps, timeSeries } from './look';
import { instant, range } from './queries';

const MONTH_HOURS = 30 * 24;
const SINCE = 'Since';
const P95 = { day: 'p95, 1 day', week: 'p95, 7 days', month: 'p95, 30 days' } as const;
/** What is left after 30 days without a single success. */
const LEAST_BUDGET = -1000;

/**
 * Adds the service level: availability per window against the objective, and how fast the error budget is used.
 * @param one matchers of the component, without braces
 */
export function availability(board: DashboardBuilder, one: string): void {
  /** Of how much of the last 30 days there is data, in seconds. */
  const coveredSeconds = `max(component:availability:known30d{${one}})`;
  /** A window is shown when there is data of nine tenths of it: less must not pass for a week or a month. */
  const known = (comparison: '>=' | '<', hours: number) =>
    `and on () (${coveredSeconds} ${comparison} ${hours * 3600 * 0.9})`;
  const recorded = `component:probe_duration_seconds_bucket:every5m{${one}}`;
  const p95 = (buckets: string) => `histogram_quantile(0.95, sum by (le) (increase(${buckets})))`;
  board.withRow(new RowBuilder('Availability').id(10));
  const windows: [name: string, metric: string, refId: string, hours: number][] = [
    ['1 hour', 'component:availability:ratio1h', 'A', 1],
    ['1 day', 'component:availability:ratio1d', 'B', 24],
    ['7 days', 'component:availability:ratio7d', 'C', 7 * 24],
    ['30 days', 'component:availability:ratio30d', 'D', MONTH_HOURS],
  ];
  const neutral = { id: 'thresholds', value: { mode: 'absolute', steps: [{ value: null, color: 'text' }] } };
  const windowed = stat({
    id: 11,
    title: 'Availability',
    description:
      'Counted in probes, so that failures between two scrapes count; maintenance is left out. A window is shown when there is data of it; until then, all there is, and since when. 95 % of the probes took no longer than p95. Objective: 99.9 %.',
    w: 11,
    h: 5,
  })
    .unit('percentunit')
    .decimals(3)
    .noValue('–')
    .thresholds(steps([null, 'text'], [0, 'red'], [0.99, 'orange'], [0.999, 'green']))
    .overrideByName(SINCE, [{ id: 'unit', value: 'dateTimeAsIsoNoDateIfToday' }, neutral]);
  for (const name of Object.values(P95)) windowed.overrideByName(name, [{ id: 'unit', value: 's' }, neutral]);
  for (const [name, metric, refId, hours] of windows)
    windowed.withTarget(instant(refId, `max(${metric}{${one}}) ${known('>=', hours)}`, name));
  windowed
    .withTarget(instant('E', `max(component:availability:ratio30d{${one}}) ${known('<', MONTH_HOURS)}`, 'All there is'))
    .withTarget(instant('F', `1000 * (time() - ${coveredSeconds}) ${known('<', MONTH_HOURS)}`, SINCE))
    .withTarget(instant('G', p95(`component_probe_duration_seconds_bucket{${one}}[1d:1m]`), P95.day))
    .withTarget(instant('H', `${p95(`${recorded}[7d]`)} ${known('>=', 7 * 24)}`, P95.week))
    .withTarget(instant('I', `${p95(`${recorded}[30d]`)} ${known('>=', MONTH_HOURS)}`, P95.month));

  board
    .withPanel(windowed)
    .withPanel(
      stat({
        id: 12,
        title: 'Error budget left',
        description:
          'Of the failures that the objective allows within 30 days, by what is known of them; shown from an hour of data on.',
        w: 5,
        h: 5,
      })
        .unit('percentunit')
        .decimals(1)
        .textMode(BigValueTextMode.Value)
        .noValue('–')
        // nothing at all is not bad
        .thresholds(steps([null, 'text'], [LEAST_BUDGET, 'red'], [0, 'orange'], [0.5, 'green']))
        .withTarget(instant('A', `1 - max(component:error_budget_burn:ratio30d{${one}}) ${known('>=', 1)}`))
    )
    .withPanel(
      timeSeries(
        {
          id: 13,
          title: 'Burn rate of the error budget',
          description:
            '1 uses it up exactly. Alerts need a long and a short window above their limit: 14.4 and 6, 3, 1.',
          w: 8,
          h: 5,
        },
        'none'
      )
        .withTarget(range('A', `max(component:error_budget_burn:ratio5m{${one}})`, '5 minutes'))
        .withTarget(range('B', `max(component:error_budget_burn:ratio1h{${one}})`, '1 hour'))
        .withTarget(range('C', `max(component:error_budget_burn:ratio6h{${one}})`, '6 hours'))
    );
}

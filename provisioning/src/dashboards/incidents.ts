/** The list of a component's incidents: from, to, how long, why, and what failed because of it. */
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { type Place, tableOf } from './look';
import { namedBy, table } from './queries';

/** Incidents begin and end with scrapes, once a second. */
const EACH_SECOND = '[$__range:1s]';

/**
 * An incident is told from others by when it began, which its status change says to the millisecond, even if that was between two scrapes.
 * Columns of the same beginning are joined.
 * @param one matchers of the component, without braces
 */
export function incidents(place: Place, one: string): TableBuilder {
  const began =
    `(1000 * component_last_change_timestamp_seconds{${one}}\n` +
    `and on (job, instance, component) component_status{${one}, status="unhealthy"} == 1)`;
  /** For each incident and value of `label`: the last moment at which it was so, in milliseconds. */
  const lastOf = (label: string, expr: string) =>
    `max_over_time((0 * count_values by (${label}) ("began", ${expr}) + 1000 * time())${EACH_SECOND})`;
  const reason = `${began} * on (job, instance, component) group_left (reason) component_failure_reason{${one}}`;
  const cause = `0 * (component_consequence_of{${one}} == 1) + on (job, instance, component) group_left () ${began}`;
  const dependent = one.replace('component=', 'depends_on=');
  const took = `0 * (component_consequence_of{${dependent}} == 1) + on () group_left () max(${began})`;
  /** By the names of today: to look them up for each second would take a hundred times as long. */
  const byName = (column: string, label: string, expr: string) =>
    `label_replace(${namedBy(label, lastOf(label, expr))}, "${column}", "$1", "display_name", "(.+)")`;
  const group = (operation: 'groupby' | 'aggregate', ...aggregations: string[]) => ({ operation, aggregations });
  const left = { id: 'custom.align', value: 'left' };
  const time = { id: 'unit', value: 'dateTimeAsIsoNoDateIfToday' };
  return tableOf(place)
    .noValue('No incidents')
    .withTarget(table('A', lastOf('reason', reason)))
    .withTarget(table('B', byName('cause', 'depends_on', cause)))
    .withTarget(table('C', byName('took', 'component', took)))
    .withTransformation({
      id: 'convertFieldType',
      options: { conversions: [{ targetField: 'began', destinationType: 'number' }] },
    })
    .withTransformation({
      id: 'groupBy',
      options: {
        fields: {
          began: group('groupby'),
          'Value #A': group('aggregate', 'max'),
          reason: group('aggregate', 'uniqueValues'),
          cause: group('aggregate', 'uniqueValues'),
          took: group('aggregate', 'uniqueValues'),
        },
      },
    })
    .withTransformation({ id: 'joinByField', options: { byField: 'began', mode: 'outer' } })
    .withTransformation({
      id: 'calculateField',
      options: {
        mode: 'binary',
        alias: 'Duration',
        binary: { left: 'Value #A (max)', operator: '-', right: 'began' },
        reduce: { reducer: 'sum' },
      },
    })
    .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: 'began', desc: true }] } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: {
          began: 0,
          'Value #A (max)': 1,
          Duration: 2,
          'reason (uniqueValues)': 3,
          'cause (uniqueValues)': 4,
          'took (uniqueValues)': 5,
        },
        renameByName: {
          began: 'From',
          'Value #A (max)': 'To',
          'reason (uniqueValues)': 'Reason',
          'cause (uniqueValues)': 'Because of',
          'took (uniqueValues)': 'Took along',
        },
      },
    })
    .overrideByName('From', [time, left, { id: 'custom.width', value: 160 }])
    .overrideByName('To', [time, left, { id: 'custom.width', value: 160 }])
    .overrideByName('Duration', [
      { id: 'unit', value: 'ms' },
      { id: 'decimals', value: 0 },
      left,
      { id: 'custom.width', value: 110 },
    ])
    .overrideByName('Reason', [{ id: 'custom.width', value: 130 }]);
}

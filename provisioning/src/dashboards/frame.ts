/** What the three dashboards have in common: refresh, data source, links to each other, annotations. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { NAME, named, PROMETHEUS, PROMETHEUS_VARIABLE, PROVISIONED, range } from './queries';

const TAG = 'onehertz';

/**
 * @param uid fixed, because alerts, documents and other dashboards link to it
 * @param refresh a refresh cancels running queries, so a page with dozens of them needs a longer interval
 */
export function dashboard(
  uid: string,
  { title, description, refresh }: { title: string; description: string; refresh: '5s' | '10s' }
): DashboardBuilder {
  return (
    new DashboardBuilder(title)
      .uid(uid)
      .description(description)
      .tags([TAG])
      .timezone('browser')
      .tooltip(DashboardCursorSync.Crosshair)
      .time({ from: 'now-15m', to: 'now' })
      .refresh(refresh)
      // a Grafana that has no data source of this uid takes one that it has
      .withVariable(
        new DatasourceVariableBuilder(PROMETHEUS_VARIABLE).label('Prometheus').type('prometheus').current(PROVISIONED)
      )
      .timepicker(new TimePickerBuilder().refreshIntervals(['1s', '5s', '10s', '30s', '1m', '5m', '15m', '1h']))
      .link(
        inView(
          new DashboardLinkBuilder('Onehertz')
            .type(DashboardLinkType.Dashboards)
            .tags([TAG])
            .keepTime(true)
            .tooltip('The other dashboards of Onehertz')
        )
      )
  );
}

/** The SDK puts links and annotations into a menu unless their placement is set. */
function inView<T extends { placement?: unknown }>(builder: Builder<T>): Builder<T> {
  return {
    build() {
      const built = builder.build();
      delete built.placement;
      return built;
    },
  };
}

/**
 * A line at the exact time of each status change. The counter shows that there was one, even between two scrapes; the
 * value is its time.
 * @param matchers as in `statusCode`
 */
export function transitions(matchers = ''): Builder<AnnotationQuery> {
  const expr =
    `${named(`component_last_change_timestamp_seconds${braces(matchers)} * 1000`)}\n` +
    `and on (job, instance, component) increase(component_status_changes_total${braces(matchers)}[$__rate_interval]) > 0`;
  return inView(
    annotation('Changes', 'blue', expr)
      .titleFormat(`${NAME} changed its status`)
      .tagKeys('component,kind')
      .useValueForTime(true)
  );
}

/** The times in which alerts fire. */
export function firing(matchers = ''): Builder<AnnotationQuery> {
  const expr = `ALERTS{${matchers && `${matchers}, `}alertstate="firing", severity!="none"}`;
  return inView(annotation('Alerts', 'red', expr).titleFormat('{{alertname}}').tagKeys('component,severity'));
}

function annotation(name: string, color: string, expr: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(PROMETHEUS)
    .enable(true)
    .iconColor(color)
    .target(range('Anno', expr));
}

function braces(matchers: string): string {
  return matchers && `{${matchers}}`;
}

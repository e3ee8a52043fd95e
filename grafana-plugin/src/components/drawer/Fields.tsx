import React from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { isObject } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { detailLabel, detailValue, formatResponseTime } from '../../board/format';
import { standingOf } from '../look';
import { agreement, capitalized, silenceText, statement } from '../words';

interface Props {
  component: Component;
  revision: number;
  timeZone: string;
}

type Row = [name: string, value: string];

/** Every field of a component, including details and labels, as pairs of name and value. */
export function Fields({ component, timeZone }: Props) {
  return (
    <>
      <List title={`Vantage points: ${agreement(component)}`} rows={vantageRows(component)} />
      <List title="Fields" rows={fieldRows(component, timeZone)} />
      <List title="Details" rows={detailRows(component)} />
      <List title="Labels" rows={Object.entries(component.labels)} />
    </>
  );
}

function List({ title, rows }: { title: string; rows: Row[] }) {
  const styles = useStyles2(getStyles);
  if (rows.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h4 className={styles.title}>{title}</h4>
      <dl className={styles.list}>
        {rows.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt className={styles.name}>
              <bdi>{name}</bdi>
            </dt>
            <dd className={styles.value}>
              <bdi>{value}</bdi>
            </dd>
          </React.Fragment>
        ))}
      </dl>
    </section>
  );
}

function fieldRows(component: Component, timeZone: string): Row[] {
  const { name, version, since, lastCheck, at, statusChanges, dependsOn, consequenceOf, message, error } = component;
  const shown = (names: readonly string[]) =>
    names.map((name) => component.dependencyNames?.get(name) ?? name).join(', ');
  const time = (moment: number | undefined) =>
    moment !== undefined && Number.isFinite(moment) ? dateTimeFormat(moment, { timeZone }) : '';
  const rows: Row[] = [
    ['Name', name],
    ['Version', version ?? ''],
    ['Message', message ?? ''],
    ['Error', error ?? ''],
    ['Status since', time(since)],
    ['Last check', time(lastCheck)],
    ['Last data', time(at)],
    ['Maintenance until', time(component.asked?.until)],
    ['Alerts', component.silence ? capitalized(silenceText(component.silence, component.at, timeZone)) : ''],
    ['Status changes', statusChanges === undefined ? '' : String(statusChanges)],
    ['Depends on', shown(dependsOn)],
    ['Needed by', (component.neededBy ?? []).join(', ')],
    ['Because of', shown(consequenceOf)],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** The reports of vantage points. */
function vantageRows({ vantages }: Component): Row[] {
  const byName = [...(vantages ?? [])].sort(([a], [b]) => a.localeCompare(b));
  return byName.map(([name, view]): Row => {
    const { responseTimeMs, stale } = view;
    const time = responseTimeMs !== undefined && !stale ? formatResponseTime(responseTimeMs) : '';
    return [name, [standingOf(view).word, time, statement(view)].filter(Boolean).join(', ')];
  });
}

/** Objects of plain values are split into rows: `model_info` has a dozen of them. */
function detailRows({ details }: Component): Row[] {
  return Object.entries(details).flatMap(([key, value]): Row[] =>
    isObject(value) && Object.keys(value).length > 0
      ? Object.entries(value).map(([inner, item]) => [`${detailLabel(key)}: ${inner}`, detailValue(inner, item)])
      : [[detailLabel(key), detailValue(key, value)]]
  );
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  title: css({ fontSize: typography.h6.fontSize, marginBottom: spacing(0.5) }),
  list: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(120px, 1fr) 2fr',
    margin: 0,
    fontSize: typography.bodySmall.fontSize,
    '& > *': { padding: spacing(0.5, 0), margin: 0, borderBottom: `1px solid ${colors.border.weak}` },
  }),
  name: css({ color: colors.text.secondary, fontWeight: typography.fontWeightRegular, overflowWrap: 'anywhere' }),
  value: css({ overflowWrap: 'anywhere', whiteSpace: 'pre-line', fontVariantNumeric: 'tabular-nums' }),
});

import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { STATUSES, urgencyGroup, type Status } from '@onehertz/contract';
import type { Component } from '../../board/component';
import type { Part } from '../../options/options';
import { focusRing } from '../focus-ring';
import { lookOf, typeIcon } from '../look';
import { ResponseTime } from '../ResponseTime';
import { SilenceMark } from '../SilenceMark';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { HistoryStrip } from '../trend/HistoryStrip';
import { Sparkline } from '../trend/Sparkline';
import { figures } from '../figures';
import { lasting, statement } from '../words';
import { CARD, type CardLayout } from './card-layout';

interface Props {
  component: Component;
  /** Of the component: the card is rendered again only when it increases. */
  revision: number;
  layout: CardLayout;
  parts: ReadonlySet<Part>;
  /** Whether this is the card in the tab order. */
  tabbable: boolean;
}

function CardOf({ component, layout, parts, tabbable }: Props) {
  const styles = useStyles2(getStyles);
  const { status, displayName, flapping, critical, stale, type } = component;
  return (
    <div
      className={cx(styles.card, styles[status], stale && styles.stale)}
      style={{ height: layout.height }}
      role="button"
      tabIndex={tabbable ? 0 : -1}
      data-key={component.key}
      data-status={status}
      // named by its content: a label would have to repeat it (WCAG 2.5.3)
      aria-haspopup="dialog"
    >
      <div className={styles.header}>
        <Icon name={typeIcon(type)} size="md" className={styles.type} />
        <bdi className={styles.name} title={displayName}>
          {displayName}
        </bdi>
        {critical && <Icon name="shield" size="xs" className={styles.mark} title="Critical component" />}
        {flapping && <Icon name="arrow-random" size="sm" className={styles.flapping} title="Flapping" />}
        <SilenceMark component={component} className={styles.mark} />
        {layout.density === 'full' && <StatusBadge component={component} />}
      </div>
      {layout.density === 'dense' ? (
        <DenseBody component={component} layout={layout} parts={parts} />
      ) : (
        <FullBody component={component} layout={layout} parts={parts} />
      )}
    </div>
  );
}

export const Card = memo(CardOf);

type BodyProps = Pick<Props, 'component' | 'layout' | 'parts'>;

function DenseBody({ component, layout, parts }: BodyProps) {
  const styles = useStyles2(getStyles);
  const needsAttention = urgencyGroup(component) !== 'rest';
  const line = statement(component);
  return (
    <>
      {needsAttention ? (
        <div className={cx(styles.line, styles.reasoned)} title={line}>
          <StatusBadge component={component} compact />
          <TickText text={(now) => lasting(component, now)} className={styles.since} />
          <bdi className={styles.figures}>{line}</bdi>
        </div>
      ) : (
        <div className={cx(styles.line, styles.dense)}>
          <StatusBadge component={component} />
          {parts.has('responseTime') && <ResponseTime component={component} />}
        </div>
      )}
      {parts.has('history') && <HistoryStrip component={component} width={layout.inner} height={CARD.strip} />}
    </>
  );
}

function FullBody({ component, layout, parts }: BodyProps) {
  const styles = useStyles2(getStyles);
  const { error, stale, status } = component;
  const line = statement(component);
  const sparkWidth = layout.inner - (parts.has('responseTime') ? CARD.number : 0);
  const hasTrend = parts.has('responseTime') || parts.has('sparkline');
  // what does not answer has no response time: its reason takes that place too
  const hasLongReason = status === 'unhealthy' && hasTrend && parts.has('message');
  return (
    <>
      {hasLongReason && (
        <div className={cx(styles.reason, styles.error)} title={line}>
          <bdi>{line}</bdi>
        </div>
      )}
      {hasTrend && !hasLongReason && (
        <div className={styles.trend}>
          {parts.has('responseTime') && <ResponseTime component={component} className={styles.number} />}
          {parts.has('sparkline') && <Sparkline component={component} width={sparkWidth} height={CARD.trend} />}
        </div>
      )}
      {parts.has('history') && <HistoryStrip component={component} width={layout.inner} height={CARD.strip} />}
      {parts.has('message') && !hasLongReason && (
        <div className={cx(styles.line, error && !stale ? styles.error : styles.message)} title={line}>
          <bdi>{line}</bdi>
        </div>
      )}
      {(parts.has('since') || parts.has('details')) && (
        <div className={cx(styles.line, styles.meta, status === 'unhealthy' && styles.onTint)}>
          {parts.has('since') && <TickText text={(now) => lasting(component, now)} className={styles.since} />}
          {parts.has('details') && <bdi className={styles.figures}>{figures(component)}</bdi>}
        </div>
      )}
    </>
  );
}

/** Width of the bar at the side of a card, in pixels: not colour alone tells how bad it is. */
const ACCENTS: Readonly<Record<Status, number>> = { unhealthy: 6, degraded: 6, warning: 4, healthy: 2, unknown: 3 };

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, shape, typography } = theme;
  const accents = Object.fromEntries(
    STATUSES.map((status): [Status, string] => {
      const { fill, tint } = lookOf(status, theme);
      const bad = status === 'unhealthy';
      return [
        status,
        css({
          '&::before': { background: fill, width: ACCENTS[status] },
          ...(bad && { backgroundImage: `linear-gradient(${tint}, ${tint})` }),
        }),
      ];
    })
  ) as Record<Status, string>;
  const ellipsis = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    ...accents,
    card: css({
      position: 'relative',
      display: 'flex',
      flexDirection: 'column',
      gap: CARD.rowGap,
      padding: `${CARD.paddingY}px ${CARD.paddingX}px`,
      overflow: 'hidden',
      // numbers change at every tick: this limits layout to the card
      contain: 'strict',
      cursor: 'pointer',
      backgroundColor: colors.background.secondary,
      borderRadius: shape.radius.default,
      '&::before': { content: '""', position: 'absolute', inset: '0 auto 0 0' },
      '&:hover': { backgroundColor: colors.emphasize(colors.background.secondary, 0.03) },
      '&:focus-visible': focusRing(theme),
    }),
    stale: css({ '& canvas': { opacity: 0.5 } }),
    header: css({ display: 'flex', alignItems: 'center', gap: 6, height: CARD.header, minWidth: 0 }),
    type: css({ flexShrink: 0, color: colors.text.secondary }),
    name: css({ ...ellipsis, flex: 1, minWidth: 0, fontWeight: typography.fontWeightMedium }),
    mark: css({ flexShrink: 0, color: colors.text.secondary }),
    flapping: css({ flexShrink: 0, color: lookOf('warning', theme).text }),
    trend: css({ display: 'flex', alignItems: 'center', height: CARD.trend }),
    number: css({ width: CARD.number, flexShrink: 0, fontSize: typography.h5.fontSize }),
    line: css({
      ...ellipsis,
      height: CARD.line,
      lineHeight: `${CARD.line}px`,
      fontSize: typography.bodySmall.fontSize,
    }),
    reason: css({
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 2,
      height: CARD.trend + CARD.rowGap + CARD.line,
      lineHeight: `${CARD.reasonLine}px`,
      overflow: 'hidden',
      overflowWrap: 'anywhere',
      fontSize: typography.bodySmall.fontSize,
    }),
    message: css({ color: colors.text.primary }),
    error: css({ color: lookOf('unhealthy', theme).text }),
    dense: css({ display: 'flex', alignItems: 'center', justifyContent: 'space-between' }),
    reasoned: css({ display: 'flex', alignItems: 'center', gap: 6 }),
    since: css({ flexShrink: 0 }),
    meta: css({
      display: 'flex',
      justifyContent: 'space-between',
      gap: 8,
      color: colors.text.secondary,
      fontVariantNumeric: 'tabular-nums',
    }),
    onTint: css({ '&&': { color: colors.text.primary } }),
    figures: css({ ...ellipsis, minWidth: 0 }),
  };
};

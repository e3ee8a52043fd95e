import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { causeLasting, impactText, restTexts, type Cause, type Headline as HeadlineData } from '@onehertz/contract';
import { focusRing } from './focus-ring';
import { HEADLINE, type HeadlineForm } from './headline-layout';
import { lookOf } from './look';
import { TickText } from './ticks';

interface Props {
  headline: HeadlineData;
  form: HeadlineForm;
  onOpen: (key: string) => void;
}

/** What is broken, since when, why, and what it takes along: a line for each cause, the most urgent first. */
export const Headline = memo(function Headline({ headline, form, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  const shown = headline.causes.slice(0, form.causes);
  const rest = restTexts(headline, shown.length);
  if (shown.length + rest.length === 0) {
    return (
      <p className={styles.calm}>
        <Icon name="check" size="sm" />
        Nothing is broken
      </p>
    );
  }
  return (
    <ul className={styles.headline} aria-label="What is broken">
      {shown.map((cause) => (
        <CauseLine key={cause.component} cause={cause} isNarrow={form.isNarrow} onOpen={onOpen} />
      ))}
      {form.hasRest && rest.length > 0 && <li className={styles.rest}>{rest.join(', ')}</li>}
    </ul>
  );
});

interface CauseProps {
  cause: Cause;
  isNarrow: boolean;
  onOpen: (key: string) => void;
}

function CauseLine({ cause, isNarrow, onOpen }: CauseProps) {
  const styles = useStyles2(getStyles);
  const { icon, text, tint, fill } = lookOf(cause.status, useTheme2());
  const impact = impactText(cause);
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={cx(styles.cause, isNarrow && styles.narrow)}
        style={{ backgroundColor: tint, borderLeftColor: fill }}
        onClick={() => onOpen(cause.component)}
        aria-haspopup="dialog"
      >
        <span className={styles.first}>
          <Icon name={icon} size="sm" style={{ color: text }} />
          <bdi className={styles.name}>{cause.display_name}</bdi>
          <TickText text={(now) => causeLasting(cause, now)} className={styles.lasting} />
        </span>
        <span className={styles.second}>
          {cause.reason && <bdi className={styles.reason}>{cause.reason}</bdi>}
          {impact && (
            <span className={styles.impact}>
              <span aria-hidden>→</span>
              <span className={styles.spoken}>, affects </span> <bdi>{impact}</bdi>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography, shape } = theme;
  const ellipsis = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    headline: css({
      display: 'flex',
      flexDirection: 'column',
      flexShrink: 0,
      gap: HEADLINE.gap,
      minWidth: 0,
      margin: 0,
      listStyle: 'none',
    }),
    calm: css({
      ...ellipsis,
      display: 'flex',
      alignItems: 'center',
      gap: spacing(0.75),
      flexShrink: 0,
      height: HEADLINE.line,
      margin: 0,
      padding: spacing(0, 1.25),
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
    }),
    item: css({ minWidth: 0 }),
    cause: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(1),
      width: '100%',
      height: HEADLINE.line,
      padding: spacing(0, 1),
      color: colors.text.primary,
      textAlign: 'start',
      border: 'none',
      borderLeft: '3px solid',
      borderRadius: shape.radius.default,
      lineHeight: `${HEADLINE.text}px`,
      '&:focus-visible': focusRing(theme),
    }),
    narrow: css({
      flexDirection: 'column',
      alignItems: 'stretch',
      justifyContent: 'center',
      gap: 0,
      height: HEADLINE.narrowLine,
      '& > span': { flex: 'none' },
    }),
    first: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.75),
      flexShrink: 0,
      minWidth: 0,
      maxWidth: '100%',
    }),
    name: css({ ...ellipsis, minWidth: 0, fontWeight: typography.fontWeightBold }),
    lasting: css({ flexShrink: 0, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    second: css({
      display: 'flex',
      gap: spacing(1),
      flex: '1 1 0',
      minWidth: 0,
      fontSize: typography.bodySmall.fontSize,
    }),
    reason: css({ ...ellipsis, flex: '0 1 auto', minWidth: 60 }),
    impact: css({
      ...ellipsis,
      flex: '0 1 auto',
      minWidth: 60,
      color: colors.text.primary,
      fontWeight: typography.fontWeightMedium,
    }),
    spoken: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
    rest: css({
      ...ellipsis,
      height: HEADLINE.rest,
      lineHeight: `${HEADLINE.rest}px`,
      paddingLeft: spacing(1.25),
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
    }),
  };
};

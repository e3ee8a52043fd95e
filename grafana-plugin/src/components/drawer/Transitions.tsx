import React, { useState } from 'react';
import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { statusWord } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { transitionsOf, type Transition } from '../../board/transitions';
import { statusTexts } from '../look';
import { useTick } from '../ticks';

interface Props {
  component: Component;
  timeZone: string;
}

const MOST_SHOWN = 20;

/** Status changes within the history, newest first. */
export function Transitions({ component, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const [transitions, setTransitions] = useState<Transition[]>([]);
  useTick((now) => {
    const next = transitionsOf(component, now).slice(0, MOST_SHOWN);
    setTransitions((before) => (keyOf(before) === keyOf(next) ? before : next));
  });
  return (
    <section aria-label="Recent changes">
      <h4 className={styles.title}>Recent changes</h4>
      {transitions.length === 0 && <p className={styles.none}>No changes</p>}
      <ol className={styles.list}>
        {transitions.map(({ at, from, to, text }) => (
          <li key={`${at} ${to}`} className={styles.item}>
            <time className={styles.time} dateTime={new Date(at).toISOString()}>
              {dateTimeFormat(at, { timeZone, format: 'HH:mm:ss' })}
            </time>
            <span>
              <span className={cx(styles[from])}>{statusWord(from)}</span>
              {' → '}
              <span className={cx(styles[to])}>{statusWord(to)}</span>
              {text && <bdi className={styles.text}>{text}</bdi>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function keyOf(transitions: readonly Transition[]): string {
  return transitions.map(({ at, to }) => `${at} ${to}`).join();
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography } = theme;
  return {
    ...statusTexts(theme),
    title: css({ fontSize: typography.h6.fontSize, marginBottom: spacing(0.5) }),
    none: css({ margin: 0, color: colors.text.secondary, fontSize: typography.bodySmall.fontSize }),
    list: css({ listStyle: 'none', margin: 0, fontSize: typography.bodySmall.fontSize }),
    item: css({ display: 'flex', gap: spacing(1.5), padding: spacing(0.25, 0) }),
    time: css({ flexShrink: 0, color: colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
    text: css({ display: 'block', color: colors.text.secondary, overflowWrap: 'anywhere' }),
  };
};

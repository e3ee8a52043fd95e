import React, { createContext, useContext, useRef } from 'react';
import { css, cx } from '@emotion/css';
import { getActiveThreshold, type ThresholdsConfig } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import type { Component } from '../board/component';
import { formatResponseTime } from '../board/format';
import { useTick, writeText } from './ticks';

const ThresholdsContext = createContext<ThresholdsConfig | undefined>(undefined);
/** The thresholds of the field options, in milliseconds. */
export const ThresholdsProvider = ThresholdsContext.Provider;

interface Props {
  component: Component;
  className?: string;
}

/** The last response time with its unit, in the colour of its threshold. Updated at every tick. */
export function ResponseTime({ component, className }: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const lastColor = useRef('');
  const thresholds = useContext(ThresholdsContext);
  const { visualization } = useTheme2();
  useTick(() => {
    const { responseTimeMs, stale } = component;
    const known = responseTimeMs !== undefined && !stale;
    const text = known ? formatResponseTime(responseTimeMs) : '–';
    const span = element.current;
    if (!span || !writeText(span, text) || !thresholds) {
      return;
    }
    const color = known ? getActiveThreshold(responseTimeMs, thresholds.steps).color : 'text';
    const css = color === 'text' ? '' : visualization.getColorByName(color);
    if (css !== lastColor.current) {
      span.style.color = css;
      lastColor.current = css;
    }
  });
  return <span ref={element} className={cx(number, className)} />;
}

const number = css({ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' });

import React, { createContext, useContext } from 'react';
import { css, cx } from '@emotion/css';
import { getActiveThreshold, type ThresholdsConfig } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import type { Component } from '../board/component';
import { formatResponseTime } from '../board/format';
import { useTick } from './ticks';

const ThresholdsContext = createContext<ThresholdsConfig | undefined>(undefined);
/** The thresholds of the field options, in milliseconds. */
export const ThresholdsProvider = ThresholdsContext.Provider;

interface Props {
  component: Component;
  className?: string;
}

/** The last response time with its unit, in the colour of its threshold. Written anew with every tick. */
export function ResponseTime({ component, className }: Props) {
  const element = React.useRef<HTMLSpanElement>(null);
  const thresholds = useContext(ThresholdsContext);
  const { visualization } = useTheme2();
  useTick(() => {
    const { responseTimeMs, stale } = component;
    const known = responseTimeMs !== undefined && !stale;
    const text = known ? formatResponseTime(responseTimeMs) : '–';
    const span = element.current;
    if (!span || span.textContent === text) {
      return;
    }
    span.textContent = text;
    const color = known && thresholds ? getActiveThreshold(responseTimeMs, thresholds.steps).color : 'text';
    span.style.color = color === 'text' || !color ? '' : visualization.getColorByName(color);
  });
  return <span ref={element} className={cx(number, className)} />;
}

const number = css({ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' });

import React, { useId, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { durationText, percentText } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { columnsOf } from '../../board/history';
import { formatResponseTime } from '../../board/format';
import { stretchAt } from '../../board/stretch';
import { peakOf, seenMs, upShare } from '../../board/transitions';
import { focusRing } from '../focus-ring';
import { ResponseTime } from '../ResponseTime';
import { TickText, useTick } from '../ticks';
import { HistoryStrip, holdOf } from '../trend/HistoryStrip';
import { Sparkline } from '../trend/Sparkline';
import { stretchLine } from '../trend/StretchText';
import { barsIn, columnAt, type Place } from '../trend/trend-place';
import { TrendTooltip } from '../trend/TrendTooltip';

interface Props {
  component: Component;
  /** In pixels. */
  width: number;
  timeZone: string;
}

/** Response times and statuses of the displayed time. Pointer, finger and arrow keys choose a bar, and a tooltip tells of it. */
export function HistorySection({ component, width, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const { layers, stale, responseTimeMs } = component;
  const length = durationText(layers.shape.bucketMs * layers.shape.buckets);
  return (
    <section aria-label="Recent history">
      <div className={styles.numbers}>
        {responseTimeMs !== undefined && !stale && <ResponseTime component={component} className={styles.number} />}
        <TickText text={(now) => historyText(component, now)} className={styles.secondary} />
      </div>
      <Bars component={component} width={width} timeZone={timeZone} length={length} />
      <div className={styles.axis}>
        <span>{length} ago</span>
        <span>now</span>
      </div>
    </section>
  );
}

const LINE_HEIGHT = 56;
const STRIP_HEIGHT = 18;
const PAGE_OF_BARS = 10;

function Bars({ component, width, timeZone, length }: Props & { length: string }) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [place, setPlace] = useState<Place>();
  const [now, setNow] = useState(0);
  useTick(setNow);
  const { shape } = component.layers;
  const most = barsIn(width);
  const { count } = columnsOf(shape, most);
  const column = Math.min(place?.column ?? count - 1, count - 1);

  const choose = (next: number, element: Element) => {
    const { left, bottom } = element.getBoundingClientRect();
    const chosen = Math.min(count - 1, Math.max(0, next));
    setPlace({ column: chosen, most, x: left + ((chosen + 0.5) * width) / count, y: bottom });
  };
  const onPoint = ({ clientX, currentTarget }: PointerEvent) => {
    const { left } = currentTarget.getBoundingClientRect();
    choose(columnAt(shape, width, clientX - left), currentTarget);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextColumn(event.key, column, count);
    if (next !== undefined) {
      event.preventDefault();
      choose(next, event.currentTarget);
    }
  };

  return (
    <div
      id={id}
      className={styles.bars}
      role="slider"
      tabIndex={0}
      aria-label={`History of the last ${length}`}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={column + 1}
      aria-valuetext={stretchLine(stretchAt(component, column, most, now, holdOf(component)), timeZone)}
      onPointerMove={onPoint}
      onPointerDown={onPoint}
      onPointerLeave={({ pointerType }) => pointerType !== 'touch' && setPlace(undefined)}
      onFocus={({ currentTarget }) => place ?? choose(count - 1, currentTarget)}
      onBlur={() => setPlace(undefined)}
      onKeyDown={onKeyDown}
    >
      <Sparkline component={component} width={width} height={LINE_HEIGHT} />
      <HistoryStrip component={component} width={width} height={STRIP_HEIGHT} />
      {place && <div className={styles.marker} style={{ left: ((column + 0.5) * width) / count }} />}
      {place && <TrendTooltip component={component} place={place} timeZone={timeZone} />}
    </div>
  );
}

function nextColumn(key: string, column: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return column - 1;
    case 'ArrowRight':
    case 'ArrowUp':
      return column + 1;
    case 'PageDown':
      return column - PAGE_OF_BARS;
    case 'PageUp':
      return column + PAGE_OF_BARS;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** `up 99.3 % of the 5 min seen, peak 12.4 ms` */
function historyText(component: Component, now: number): string {
  const share = upShare(component, now);
  const peak = peakOf(component, now);
  const seen = seenMs(component, now, (component.live ?? component.past)?.interval ?? 0);
  return [
    share === undefined ? '' : `up ${percentText(share)} of the ${durationText(seen)} seen`,
    peak === undefined ? '' : `peak ${formatResponseTime(peak)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography } = theme;
  return {
    numbers: css({ display: 'flex', alignItems: 'baseline', gap: spacing(1.5) }),
    number: css({ fontSize: typography.h3.fontSize, fontWeight: typography.fontWeightMedium }),
    secondary: css({ color: colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
    bars: css({
      position: 'relative',
      // a finger chooses a bar when it moves sideways, and scrolls when it moves up or down
      touchAction: 'pan-y',
      '& > canvas': { display: 'block' },
      '&:focus-visible': focusRing(theme),
    }),
    marker: css({
      position: 'absolute',
      top: 0,
      bottom: 0,
      width: 1,
      background: colors.text.secondary,
      pointerEvents: 'none',
    }),
    axis: css({
      display: 'flex',
      justifyContent: 'space-between',
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
    }),
  };
};

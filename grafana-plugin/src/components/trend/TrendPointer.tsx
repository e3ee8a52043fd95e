import React, { useState, type PointerEvent, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { Component } from '../../board/component';
import { barsIn, columnAt, trendAt, type Place } from './trend-place';
import { TrendTooltip } from './TrendTooltip';

interface Props {
  /** The component with this key. */
  componentOf: (key: string) => Component | undefined;
  timeZone: string;
  children: ReactNode;
}

/** Shows what a bar says while the pointer is on it: one tooltip for all histories within. A touch opens the details, which say it too. */
export function TrendPointer({ componentOf, timeZone, children }: Props) {
  const [pointed, setPointed] = useState<Place & { key: string }>();
  const onPointerMove = ({ target, pointerType, clientX }: PointerEvent) => {
    const trend = pointerType === 'touch' ? undefined : trendAt(target);
    const key = target instanceof Element ? target.closest('[data-key]')?.getAttribute('data-key') : undefined;
    const component = trend && key ? componentOf(key) : undefined;
    if (!trend || !component || !key) {
      setPointed(undefined);
      return;
    }
    const { width, left, top } = trend;
    const column = columnAt(component.layers.shape, width, clientX - left);
    setPointed((before) =>
      before?.key === key && before.column === column && before.y === top
        ? before
        : { key, column, most: barsIn(width), x: clientX, y: top }
    );
  };
  const shown = pointed && componentOf(pointed.key);
  return (
    <div className={around} onPointerMove={onPointerMove} onPointerLeave={() => setPointed(undefined)}>
      {children}
      {pointed && shown && <TrendTooltip component={shown} place={pointed} timeZone={timeZone} />}
    </div>
  );
}

/** It has no place of its own. */
const around = css({ display: 'contents' });

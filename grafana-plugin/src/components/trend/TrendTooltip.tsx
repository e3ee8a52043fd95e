import React, { useState } from 'react';
import { Portal, VizTooltipContainer } from '@grafana/ui';
import type { Component } from '../../board/component';
import { stretchAt } from '../../board/stretch';
import { OWN_ELEMENT } from '../../host/sandbox';
import { useTick } from '../ticks';
import { holdOf } from './HistoryStrip';
import { StretchText } from './StretchText';
import type { Place } from './trend-place';

interface Props {
  component: Component;
  place: Place;
  timeZone: string;
}

/** What one bar of a history says. Screen readers get the same from the details of the component. */
export function TrendTooltip({ component, place, timeZone }: Props) {
  const { column, most, x, y } = place;
  const [now, setNow] = useState(0);
  useTick(setNow);
  const stretch = stretchAt(component, column, most, now, holdOf(component));
  return (
    <Portal>
      <VizTooltipContainer position={{ x, y }} offset={{ x: 10, y: 10 }} aria-hidden="true">
        <div {...OWN_ELEMENT}>
          <StretchText stretch={stretch} timeZone={timeZone} />
        </div>
      </VizTooltipContainer>
    </Portal>
  );
}

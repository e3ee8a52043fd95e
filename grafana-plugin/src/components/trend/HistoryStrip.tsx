import React, { useCallback } from 'react';
import { useTheme2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { readColumns } from '../../board/history';
import { STATUSES, type Status } from '../../board/status';
import { lookOf } from '../look';
import { Canvas } from './Canvas';
import { drawStrip, SEGMENT_WIDTH, type Fills } from './draw';

interface Props {
  component: Component;
  width: number;
  height: number;
}

/** The last minutes as a row of bars, coloured and sized by the worst status in each. */
export function HistoryStrip({ component, width, height }: Props) {
  const theme = useTheme2();
  const draw = useCallback(
    (context: CanvasRenderingContext2D, now: number) => {
      const fills = Object.fromEntries(
        STATUSES.map((status): [Status, string] => [status, lookOf(status, theme).fill])
      ) as Fills;
      const columns = readColumns(component.layers, now, width / SEGMENT_WIDTH, holdOf(component));
      drawStrip(context, columns, fills, { width, height });
    },
    [component, theme, width, height]
  );
  return <Canvas width={width} height={height} draw={draw} />;
}

/** How long one sample stands for what follows it: its source may be slower than a bar is long. */
export function holdOf({ live, past }: Component): number {
  return 1.5 * Math.max(live?.interval ?? 0, past?.interval ?? 0);
}

import React, { useMemo } from 'react';
import { useTheme2 } from '@grafana/ui';
import { STATUSES, type Status } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { createColumns, fillColumns } from '../../board/history';
import { lookOf } from '../look';
import { Canvas } from './Canvas';
import { drawStrip, SEGMENT_WIDTH, type Fills } from './draw';

interface Props {
  component: Component;
  width: number;
  height: number;
}

/** The recent history as a row of bars, with colour and height by the worst status of each. */
export function HistoryStrip({ component, width, height }: Props) {
  const theme = useTheme2();
  const { shape } = component.layers;
  const draw = useMemo(() => {
    const fills = Object.fromEntries(
      STATUSES.map((status): [Status, string] => [status, lookOf(status, theme).fill])
    ) as Fills;
    const columns = createColumns(shape, width / SEGMENT_WIDTH);
    return (context: CanvasRenderingContext2D, now: number) => {
      fillColumns(columns, component.layers, now, holdOf(component));
      drawStrip(context, columns, fills, { width, height });
    };
  }, [component, shape, theme, width, height]);
  return <Canvas width={width} height={height} draw={draw} />;
}

/** How long one sample is valid, as its source may be slower than the length of a bar. */
export function holdOf({ live, past, vantages }: Component): number {
  let slowest = Math.max(live?.interval ?? 0, past?.interval ?? 0);
  vantages?.forEach((view) => (slowest = Math.max(slowest, view.live?.interval ?? 0, view.past?.interval ?? 0)));
  return 1.5 * slowest;
}

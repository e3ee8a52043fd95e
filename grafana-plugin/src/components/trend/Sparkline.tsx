import React, { useMemo } from 'react';
import { useTheme2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { createColumns, fillColumns } from '../../board/history';
import { Canvas } from './Canvas';
import { drawSparkline } from './draw';
import { holdOf } from './HistoryStrip';

interface Props {
  component: Component;
  width: number;
  height: number;
}

/** Pixels per point; more points would not be visible. */
const POINT_WIDTH = 2;

/** Recent response times. */
export function Sparkline({ component, width, height }: Props) {
  const { colors } = useTheme2();
  const { shape } = component.layers;
  const draw = useMemo(() => {
    const columns = createColumns(shape, width / POINT_WIDTH);
    const lines = { line: colors.text.secondary, area: colors.action.selected };
    return (context: CanvasRenderingContext2D, now: number) => {
      fillColumns(columns, component.layers, now, holdOf(component));
      drawSparkline(context, columns, lines, { width, height });
    };
  }, [component, shape, colors, width, height]);
  return <Canvas width={width} height={height} draw={draw} />;
}

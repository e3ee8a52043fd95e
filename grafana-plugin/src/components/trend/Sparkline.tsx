import React, { useCallback } from 'react';
import { useTheme2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { readColumns } from '../../board/history';
import { Canvas } from './Canvas';
import { drawSparkline } from './draw';
import { holdOf } from './HistoryStrip';

interface Props {
  component: Component;
  width: number;
  height: number;
}

/** A point for every second pixel is as much as can be seen. */
const POINT_WIDTH = 2;

/** The response times of the last minutes. */
export function Sparkline({ component, width, height }: Props) {
  const { colors } = useTheme2();
  const draw = useCallback(
    (context: CanvasRenderingContext2D, now: number) => {
      const columns = readColumns(component.layers, now, width / POINT_WIDTH, holdOf(component));
      drawSparkline(context, columns, { line: colors.text.secondary, area: colors.action.selected }, { width, height });
    },
    [component, colors, width, height]
  );
  return <Canvas width={width} height={height} draw={draw} />;
}

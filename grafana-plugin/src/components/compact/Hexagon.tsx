import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { STATUSES, type Status } from '@onehertz/contract';
import type { Component } from '../../board/component';
import { lookOf } from '../look';
import { spoken } from '../words';
import { glyphOf } from './glyphs';
import { nameLines } from './name-lines';

interface Props {
  component: Component;
  /** Of the component: the hexagon is rendered again only when it increases. */
  revision: number;
  x: number;
  y: number;
  radius: number;
  path: string;
  tabbable: boolean;
}

/** Minimum radius for showing a name. */
export const NAME_FROM = 36;
const FONT_SIZE = 11;
const CHARACTER_WIDTH = 5.8;
const LINE_HEIGHT = 13;

function HexagonOf({ component, x, y, radius, path, tabbable }: Props) {
  const styles = useStyles2(getStyles);
  const named = radius >= NAME_FROM;
  const lines = named ? nameLines(component.displayName, (radius * 1.6) / CHARACTER_WIDTH) : [];
  const scale = named ? 1.2 : Math.max(0.9, radius / 12);
  return (
    <g
      className={cx(styles.hexagon, styles[component.status])}
      transform={`translate(${x},${y})`}
      role="button"
      tabIndex={tabbable ? 0 : -1}
      data-key={component.key}
      data-status={component.status}
      aria-label={spoken(component)}
      aria-haspopup="dialog"
    >
      <path d={path} className="area" />
      <path
        d={glyphOf(component)}
        className="glyph"
        strokeWidth={1.6}
        transform={named ? `translate(0,${-radius * 0.34}) scale(${scale})` : `scale(${scale})`}
      />
      {component.flapping && <circle cx={radius * 0.5} cy={-radius * 0.5} r={2} className="mark" />}
      {lines.length > 0 && (
        <text y={radius * (lines.length > 1 ? 0.1 : 0.25)} className="name">
          {lines.map((line, index) => (
            <tspan key={index} x={0} dy={index * LINE_HEIGHT}>
              {line}
            </tspan>
          ))}
        </text>
      )}
    </g>
  );
}

export const Hexagon = memo(HexagonOf);

const getStyles = (theme: GrafanaTheme2) => {
  const { colors } = theme;
  const statuses = Object.fromEntries(
    STATUSES.map((status): [Status, string] => {
      const { fill, text, tint, border } = lookOf(status, theme);
      const quiet = status === 'healthy' || status === 'unknown';
      const ink = quiet ? text : colors.getContrastText(fill);
      return [
        status,
        css({
          '& .area': quiet ? { fill: tint, stroke: border } : { fill, stroke: fill },
          '& .glyph': { stroke: ink },
          '& .mark': { fill: ink },
          '& .name': { fill: quiet ? colors.text.primary : ink },
        }),
      ];
    })
  ) as Record<Status, string>;
  return {
    ...statuses,
    hexagon: css({
      cursor: 'pointer',
      outline: 'none',
      '& .glyph': { fill: 'none', strokeLinecap: 'round', strokeLinejoin: 'round' },
      '& .name': { fontSize: FONT_SIZE, textAnchor: 'middle', dominantBaseline: 'middle' },
      '&:hover .area': { stroke: colors.text.primary },
      '&:focus-visible .area': { stroke: colors.primary.main, strokeWidth: 3 },
    }),
  };
};

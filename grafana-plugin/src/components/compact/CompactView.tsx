import React, { memo, useCallback, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { Section } from '../../board/arrange';
import type { Component } from '../../board/component';
import { HEADING_HEIGHT } from '../layout';
import { SectionList } from '../sections/SectionList';
import type { ViewProps } from '../view-props';
import { Attention, attentionHeight, attentionOf } from './Attention';
import { ComponentTooltip } from './ComponentTooltip';
import { Hexagon, NAME_FROM } from './Hexagon';
import { hexCentre, hexLayout, hexPath, type HexLayout } from './hexagons';

const SECTION_GAP = 4;
/** From here on the names have a place also if there are none. */
const CALM_FROM_HEIGHT = 260;

interface RowProps {
  components: Component[];
  /** Sum over the row's components: the row is rendered again only when it increases. */
  revision: number;
  row: number;
  layout: HexLayout;
  path: string;
  width: number;
  tabbable: string | undefined;
}

const HexagonRow = memo(function HexagonRow({ components, row, layout, path, width, tabbable }: RowProps) {
  return (
    <svg className={rowStyle} width={width} height={2 * layout.radius} role="presentation">
      {components.map((component, column) => (
        <Hexagon
          key={component.key}
          component={component}
          revision={component.revision}
          {...hexCentre(layout, row, column)}
          radius={layout.radius}
          path={path}
          tabbable={component.key === tabbable}
        />
      ))}
    </svg>
  );
});

interface Pointed {
  key: string;
  x: number;
  y: number;
}

/** A honeycomb: hundreds of components at a glance. */
export function CompactView({ width, height, showHeadings, sections: given, ...list }: ViewProps) {
  const { collapsed } = list;
  const sections = useMemo(() => (showHeadings ? given : inOne(given)), [showHeadings, given]);
  const headingHeight = showHeadings ? HEADING_HEIGHT : 0;
  const { layout, attention, above } = useMemo(() => {
    const fit = (room: number) => hexLayout(sections, width, room, headingHeight, SECTION_GAP, collapsed);
    const whole = fit(height || Infinity);
    // a small panel has no room for a line that says nothing
    const unnamed = whole.radius < NAME_FROM ? attentionOf(sections) : [];
    if (whole.radius >= NAME_FROM || (unnamed.length === 0 && height < CALM_FROM_HEIGHT)) {
      return { layout: whole, attention: [], above: 0 };
    }
    const names = attentionHeight(unnamed.length, width, height || Infinity);
    return { layout: height ? fit(height - names) : whole, attention: unnamed, above: names };
  }, [sections, width, height, headingHeight, collapsed]);
  const path = useMemo(() => hexPath(layout.radius), [layout.radius]);
  const [pointed, setPointed] = useState<Pointed>();
  const onPoint = useCallback((key: string | undefined, element: Element | undefined) => {
    if (key === undefined || !element) {
      setPointed(undefined);
      return;
    }
    const { left, top, width: elementWidth } = element.getBoundingClientRect();
    setPointed((before) => (before?.key === key ? before : { key, x: left + elementWidth / 2, y: top }));
  }, []);

  const renderRow = useCallback(
    (components: Component[], row: number, tabbable: string | undefined) => (
      <HexagonRow
        components={components}
        revision={components.reduce((sum, { revision }) => sum + revision, 0)}
        row={row}
        layout={layout}
        path={path}
        width={width}
        tabbable={components.some(({ key }) => key === tabbable) ? tabbable : undefined}
      />
    ),
    [layout, path, width]
  );
  const shown = pointed && findComponent(sections, pointed.key);
  return (
    <>
      {above > 0 && (
        <Attention
          components={attention}
          revision={attention.reduce((sum, { revision }) => sum + revision, 0)}
          height={above}
          onOpen={list.onOpen}
        />
      )}
      <SectionList
        {...list}
        sections={sections}
        role="group"
        height={height && height - above}
        placement={{
          perRow: layout.perRow,
          rowHeight: layout.rowHeight,
          headingHeight,
          sectionGap: SECTION_GAP,
          overlap: layout.overlap,
        }}
        renderRow={renderRow}
        onPoint={onPoint}
      />
      {pointed && shown && <ComponentTooltip component={shown} revision={shown.revision} x={pointed.x} y={pointed.y} />}
    </>
  );
}

/** Without room for headings, gaps between sections would only make the hexagons smaller. */
function inOne(sections: readonly Section[]): Section[] {
  const components = sections.flatMap((section) => section.components);
  const up = sections.reduce((sum, section) => sum + section.up, 0);
  return components.length > 0 ? [{ key: '', title: 'Components', components, up }] : [];
}

function findComponent(sections: ViewProps['sections'], key: string): Component | undefined {
  for (const { components } of sections) {
    const found = components.find((component) => component.key === key);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** Rows overlap, so only the hexagons themselves receive pointer events. */
const rowStyle = css({
  display: 'block',
  overflow: 'visible',
  pointerEvents: 'none',
  '& > g': { pointerEvents: 'auto' },
});

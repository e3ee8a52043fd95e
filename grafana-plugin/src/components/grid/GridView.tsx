import React, { useCallback, useMemo } from 'react';
import { css } from '@emotion/css';
import type { Component } from '../../board/component';
import { HEADING_HEIGHT } from '../layout';
import { SectionList } from '../sections/SectionList';
import type { ViewProps } from '../view-props';
import { Card } from './Card';
import { CARD, cardLayout } from './card-layout';

const SECTION_GAP = 4;

/** A card for each component. */
export function GridView({ width, height, parts, cardWidth, density, showHeadings, ...list }: ViewProps) {
  const layout = useMemo(() => cardLayout(width, cardWidth, parts, density), [width, cardWidth, parts, density]);
  const renderRow = useCallback(
    (components: Component[], _row: number, tabbable: string | undefined) => (
      <div className={rowStyle} role="presentation">
        {components.map((component) => (
          <div key={component.key} role="listitem" style={{ width: layout.width }}>
            <Card
              component={component}
              revision={component.revision}
              layout={layout}
              parts={parts}
              tabbable={component.key === tabbable}
            />
          </div>
        ))}
      </div>
    ),
    [layout, parts]
  );
  return (
    <SectionList
      {...list}
      role="list"
      height={height}
      placement={{
        perRow: layout.columns,
        rowHeight: layout.height + CARD.gap,
        headingHeight: showHeadings ? HEADING_HEIGHT : 0,
        sectionGap: SECTION_GAP,
      }}
      renderRow={renderRow}
    />
  );
}

const rowStyle = css({ display: 'flex', gap: CARD.gap });

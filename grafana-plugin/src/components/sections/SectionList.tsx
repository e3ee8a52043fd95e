import React, { useCallback, useMemo, useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import type { Section } from '../../board/arrange';
import type { Component } from '../../board/component';
import { findCell, placeSections, rowsInSight, type Placement, type SectionBox } from './place';
import { SectionHeading } from './SectionHeading';
import { useRovingFocus } from './useRovingFocus';

export interface SectionListProps {
  sections: readonly Section[];
  placement: Omit<Placement, 'collapsed'>;
  /** Height of the view in pixels; 0 shows everything, for panels that grow with their content. */
  height: number;
  label: string;
  /** Role for screen readers: cards side by side, rows with columns, or a picture with parts. */
  role: 'list' | 'grid' | 'group';
  /** Renders one row. `tabbable` is the key of the component in the tab order. */
  renderRow: (components: Component[], row: number, tabbable: string | undefined) => ReactNode;
  /** Stays above the rows. */
  header?: ReactNode;
  collapsed: ReadonlySet<string>;
  onToggle: (key: string) => void;
  onOpen: (key: string) => void;
  /** Pointer or focus entered or left a component. */
  onPoint?: (key: string | undefined, element: Element | undefined) => void;
}

/**
 * Sections of components below each other. Only visible rows are rendered; clicks and keys are handled here for all of
 * them.
 */
export function SectionList(props: SectionListProps) {
  const { sections, placement, height, label, role, renderRow, header, collapsed, onToggle, onOpen, onPoint } = props;
  const styles = useStyles2(getStyles);
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const { perRow, rowHeight, headingHeight, sectionGap, overlap } = placement;
  const { boxes, height: contentHeight } = useMemo(
    () => placeSections(sections, { perRow, rowHeight, headingHeight, sectionGap, overlap, collapsed }),
    [sections, perRow, rowHeight, headingHeight, sectionGap, overlap, collapsed]
  );

  const reveal = useCallback((key: string) => scrollTo(scroller.current, boxes, key), [boxes]);
  const roving = useRovingFocus(boxes, scroller, reveal);

  const pointed = (event: SyntheticEvent) => {
    const element = componentElement(event);
    onPoint?.(element?.getAttribute('data-key') ?? undefined, element);
  };
  const open = (event: SyntheticEvent) => {
    const key = componentElement(event)?.getAttribute('data-key');
    if (key) {
      onOpen(key);
    }
    return key;
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      style={{ height: height > 0 ? height : undefined }}
      role={role === 'grid' ? 'grid' : 'region'}
      aria-label={label}
      onScroll={(event) => setScrollTop(quantized(event.currentTarget.scrollTop, rowHeight))}
      onClick={open}
      onKeyDown={(event) => {
        if ((event.key === 'Enter' || event.key === ' ') && open(event)) {
          event.preventDefault();
        } else {
          roving.onKeyDown(event);
        }
      }}
      onFocus={(event) => {
        const key = componentElement(event)?.getAttribute('data-key');
        if (key) {
          roving.onFocused(key);
        }
        pointed(event);
      }}
      onBlur={() => onPoint?.(undefined, undefined)}
      onPointerOver={pointed}
      onPointerLeave={() => onPoint?.(undefined, undefined)}
    >
      {header}
      <div className={styles.content} style={{ height: contentHeight }} role="presentation">
        {boxes.map((box) => (
          <BoxView
            key={box.section.key}
            box={box}
            role={role}
            sight={height > 0 ? rowsInSight(box, scrollTop, height + rowHeight) : [0, box.rows.length]}
            renderRow={renderRow}
            tabbable={roving.tabbable}
            onToggle={onToggle}
          />
        ))}
      </div>
    </div>
  );
}

interface BoxProps extends Pick<SectionListProps, 'role' | 'renderRow' | 'onToggle'> {
  box: SectionBox;
  sight: [first: number, end: number];
  tabbable: string | undefined;
}

function BoxView({ box, role, sight, renderRow, tabbable, onToggle }: BoxProps) {
  const styles = useStyles2(getStyles);
  const { section, rows, rowHeight, headingHeight, bodyHeight, collapsed, top } = box;
  const [first, end] = sight;
  const tabbableRow = rows.findIndex((row) => row.some(({ key }) => key === tabbable));
  const shown = rows.map((_, row) => row).filter((row) => (row >= first && row < end) || row === tabbableRow);
  const heading = headingHeight > 0 && (
    <SectionHeading section={section} collapsed={collapsed} height={headingHeight} onToggle={onToggle} />
  );
  return (
    <div
      className={styles.box}
      style={{ top }}
      role={role === 'grid' ? 'rowgroup' : 'group'}
      aria-label={section.title}
    >
      {role === 'grid' && heading ? (
        <div role="row">
          <div role="gridcell">{heading}</div>
        </div>
      ) : (
        heading
      )}
      <div
        className={styles.body}
        style={{ height: bodyHeight }}
        role={role === 'list' && rows.length > 0 ? 'list' : 'presentation'}
      >
        {shown.map((row) => (
          <div key={row} className={styles.row} style={{ top: row * rowHeight }} role="presentation">
            {renderRow(rows[row], row, tabbable)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Scrolling by less than a row does not change which rows are rendered. */
function quantized(scrollTop: number, rowHeight: number): number {
  return Math.floor(scrollTop / rowHeight) * rowHeight;
}

function componentElement(event: SyntheticEvent): Element | undefined {
  return event.target instanceof Element ? (event.target.closest('[data-key]') ?? undefined) : undefined;
}

function scrollTo(scroller: HTMLElement | null, boxes: readonly SectionBox[], key: string): void {
  const cell = findCell(boxes, key);
  if (!scroller || !cell) {
    return;
  }
  const { top: boxTop, headingHeight, rowHeight } = boxes[cell.box];
  const top = boxTop + headingHeight + cell.row * rowHeight;
  if (top < scroller.scrollTop) {
    scroller.scrollTop = cell.row === 0 ? boxTop : top;
  } else if (top + rowHeight > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + rowHeight - scroller.clientHeight;
  }
}

const getStyles = () => ({
  scroller: css({ position: 'relative', overflowX: 'hidden', overflowY: 'auto', overscrollBehavior: 'contain' }),
  content: css({ position: 'relative' }),
  box: css({ position: 'absolute', left: 0, right: 0 }),
  body: css({ position: 'relative' }),
  row: css({ position: 'absolute', left: 0, right: 0 }),
});

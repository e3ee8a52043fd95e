/** Roving tabindex: one tab stop for the whole board, arrow keys move within it. */
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { findCell, move, type Direction, type SectionBox } from './place';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

export interface RovingFocus {
  /** The component in the tab order. */
  tabbable: string | undefined;
  onKeyDown: (event: KeyboardEvent) => void;
  /** A component was focused by other means. */
  onFocused: (key: string) => void;
}

/**
 * @param container of elements with `data-key`
 * @param reveal scrolls to the row of a component, so that its element exists
 */
export function useRovingFocus(
  boxes: readonly SectionBox[],
  container: RefObject<HTMLElement | null>,
  reveal: (key: string) => void
): RovingFocus {
  const [focused, setFocused] = useState<string>();
  const pending = useRef<string>(undefined);
  const known = findCell(boxes, focused) !== undefined;
  const first = boxes.find(({ rows }) => rows.length > 0)?.rows[0][0];

  useLayoutEffect(() => {
    if (pending.current === undefined) {
      return;
    }
    const element = container.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(pending.current)}"]`);
    if (element) {
      pending.current = undefined;
      element.focus({ preventScroll: true });
    }
  });

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const direction = DIRECTIONS[event.key];
      const from = event.target instanceof Element ? event.target.closest('[data-key]') : null;
      if (!direction || !from || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      event.preventDefault();
      const target = move(boxes, findCell(boxes, from.getAttribute('data-key') ?? undefined), direction);
      if (target) {
        pending.current = target.key;
        reveal(target.key);
        setFocused(target.key);
      }
    },
    [boxes, reveal]
  );

  return { tabbable: known ? focused : first?.key, onKeyDown, onFocused: setFocused };
}

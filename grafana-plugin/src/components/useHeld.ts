/** Whether pointer or focus are on the board, so that nothing on it may move. */
import { useEffect, useState } from 'react';

/** An abandoned focus must not hold the order indefinitely. */
const FOCUS_LASTS_MS = 30_000;

export interface Held {
  held: boolean;
  /** For the element around the board. */
  handlers: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onKeyDown: () => void;
    onBlur: () => void;
  };
}

export function useHeld(): Held {
  const [pointed, setPointed] = useState(false);
  /** Increases with every focus and key; 0 without focus. */
  const [focused, setFocused] = useState(0);

  useEffect(() => {
    if (focused === 0) {
      return;
    }
    const timer = setTimeout(() => setFocused(0), FOCUS_LASTS_MS);
    return () => clearTimeout(timer);
  }, [focused]);

  const [handlers] = useState(() => ({
    onPointerEnter: () => setPointed(true),
    onPointerLeave: () => setPointed(false),
    onFocus: () => setFocused((count) => count + 1),
    onKeyDown: () => setFocused((count) => count + 1),
    onBlur: () => setFocused(0),
  }));
  return { held: pointed || focused > 0, handlers };
}

import { useLayoutEffect, useState } from 'react';

/** The width of an element in whole pixels, 0 if unknown; and the ref for the element. */
export function useWidth(): [width: number, ref: (element: HTMLElement | null) => void] {
  // not a ref object: a drawer renders its content some time after itself
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [width, setElement];
}

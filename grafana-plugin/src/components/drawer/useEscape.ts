import { useEffect } from 'react';

/**
 * Closes a drawer with the first press of Esc: the tooltip of its close button, which has the focus first, would take it. What lies above the
 * drawer has the focus itself, and takes its own.
 */
export function useEscape(onClose: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { activeElement } = document;
      const isOwn = activeElement === document.body || activeElement?.closest('[role="dialog"]') !== null;
      if (event.key === 'Escape' && isOwn) {
        event.stopPropagation();
        onClose();
      }
    };
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [onClose]);
}

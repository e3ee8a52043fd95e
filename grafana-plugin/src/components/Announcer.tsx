import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import type { Board, StatusChange } from '../board/board';

interface Props {
  board: Board;
  /** Of the board; announcements are made only when it increases. */
  statusRevision: number;
}

/** More changes are summarized. */
const MOST_NAMED = 3;

/** Announces status changes to screen readers, politely and once each. */
export function Announcer({ board, statusRevision }: Props) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const changes = board.takeChanges();
    if (changes.length > 0 && region.current) {
      region.current.textContent = announcement(changes);
    }
  }, [board, statusRevision]);
  return <div ref={region} className={hidden} role="status" aria-live="polite" aria-atomic="true" />;
}

/** A sentence for one to three changes, a summary for more. */
function announcement(changes: readonly StatusChange[]): string {
  // a component that changed twice is announced once
  const last = [...new Map(changes.map((change) => [change.component.key, change])).values()];
  if (last.length <= MOST_NAMED) {
    return last.map(({ component }) => sentence(component.displayName, component.stale, component.status)).join(' ');
  }
  const counts = new Map<string, number>();
  for (const { component } of last) {
    const word = component.stale ? 'without data' : component.status;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return `${last.length} components changed: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ')}.`;
}

function sentence(name: string, stale: boolean, status: string): string {
  return stale ? `No data from ${name}.` : `${name} is ${status}.`;
}

const hidden = css({
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});

/** Events waiting to be pushed. A short outage loses none; during a long one only the newest are kept. */

export interface EventQueue {
  readonly size: number;
  add(line: string): void;
  /** The waiting lines, oldest first; they are kept until `confirm`. */
  take(): { lines: readonly string[]; confirm(): void };
}

/** @param onDrop called for each line dropped because `capacity` is reached */
export function createEventQueue(capacity: number, onDrop: () => void): EventQueue {
  let lines: string[] = [];
  /** Number of lines ever removed from the front: confirmed lines may have been dropped in the meantime. */
  let removed = 0;
  return {
    get size() {
      return lines.length;
    },
    add(line) {
      lines.push(line);
      if (lines.length <= capacity) return;
      lines.shift();
      removed++;
      onDrop();
    },
    take() {
      const end = removed + lines.length;
      return {
        lines: [...lines],
        confirm() {
          lines = lines.slice(Math.max(0, end - removed));
          removed = Math.max(removed, end);
        },
      };
    },
  };
}

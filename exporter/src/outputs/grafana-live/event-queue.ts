/** Events that wait to be pushed: a short outage loses none, a long one keeps the newest. */

export interface EventQueue {
  readonly size: number;
  add(line: string): void;
  /** The waiting lines, oldest first; they stay until `confirm`. */
  take(): { lines: readonly string[]; confirm(): void };
}

/** @param onDrop called for each line that is lost because `capacity` is reached */
export function createEventQueue(capacity: number, onDrop: () => void): EventQueue {
  let lines: string[] = [];
  /** How many lines were ever taken off the front: what a push confirms may be gone by then. */
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

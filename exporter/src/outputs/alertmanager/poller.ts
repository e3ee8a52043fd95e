/** Asks again and again, later after failures. */

export interface Poller {
  /** Asks now, unless a question is under way. */
  askNow(): void;
  /** The next time is a whole interval from now; the answer to a question that is under way is not waited for. */
  putOff(): void;
  /** Asks no more, whatever is called afterwards. */
  close(): void;
}

export interface PollerOptions {
  /** Asks once; @returns whether that succeeded. Must not reject. */
  ask(): Promise<boolean>;
  /** Milliseconds between two questions, doubled after each failure up to `longest`. */
  interval: number;
  longest: number;
}

export function createPoller({ ask, interval, longest }: PollerOptions): Poller {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  /** A question that was asked before this changed does not plan the next one. */
  let round = 0;
  let asking: Promise<boolean> | undefined;
  let isClosed = false;

  async function poll(): Promise<void> {
    if (isClosed) return;
    clearTimeout(timer);
    const own = ++round;
    asking ??= ask().finally(() => (asking = undefined));
    const isDone = await asking;
    if (own !== round) return;
    failures = isDone ? 0 : failures + 1;
    plan();
  }

  function plan(): void {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => void poll(), Math.min(longest, interval * 2 ** failures));
  }

  return {
    askNow: () => void poll(),
    putOff() {
      round++;
      plan();
    },
    close() {
      isClosed = true;
      round++;
      clearTimeout(timer);
    },
  };
}

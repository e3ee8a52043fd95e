/** What has to be undone at the end, in reverse order. */
export interface Undo {
  /** @param what for a message when it fails: `the folder …` */
  add(what: string, action: () => Promise<unknown>): void;
  /** @returns what could not be undone, and why; what was added is undone once */
  run(): Promise<string[]>;
}

export function createUndo(): Undo {
  const actions: { what: string; action: () => Promise<unknown> }[] = [];
  return {
    add: (what, action) => void actions.push({ what, action }),
    async run() {
      const failures: string[] = [];
      for (let next = actions.pop(); next; next = actions.pop())
        try {
          await next.action();
        } catch (error) {
          failures.push(`${next.what}: ${(error as Error).message}`);
        }
      return failures;
    },
  };
}

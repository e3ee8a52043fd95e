/** Work that is done one after the other, in which nobody who asks for much keeps the others waiting. */

export interface FairQueue {
  /**
   * Does `work` when its turn comes: those who ask take turns. Settles as it does.
   * @returns `undefined` if too much waits already, of this asker or of all
   */
  add<T>(asker: string, work: () => Promise<T>): Promise<Awaited<T>> | undefined;
}

export function createFairQueue({ perAsker, total }: { perAsker: number; total: number }): FairQueue {
  /** By asker, in the order in which it is their turn. */
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let size = 0;
  let busy = false;

  async function run(): Promise<void> {
    busy = true;
    for (;;) {
      const [first] = waiting;
      if (!first) break;
      const [asker, works] = first;
      const next = works.shift();
      waiting.delete(asker);
      if (works.length > 0) waiting.set(asker, works);
      size--;
      await next?.();
    }
    busy = false;
  }

  return {
    add<T>(asker: string, work: () => Promise<T>) {
      const mine = waiting.get(asker) ?? [];
      if (size >= total || mine.length >= perAsker) return undefined;
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<T>>();
      mine.push(async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      });
      waiting.set(asker, mine);
      size++;
      if (!busy) void run();
      return promise;
    },
  };
}

/** Repeated work of a service, whether or not its servers are available. */

export interface Repeated {
  stop(): void;
}

/**
 * Runs `work` every `everyMs` milliseconds, never concurrently. Failures are reported to stderr once when they begin
 * and once when they end.
 */
export function repeat(what: string, everyMs: number, work: () => Promise<void>): Repeated {
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    const begin = performance.now();
    try {
      await work();
      if (failing) say(`${what}: works again`);
      failing = false;
    } catch (error) {
      if (!failing && !stopped) say(`${what}: ${(error as Error).message}`);
      failing = true;
    }
    if (!stopped) timer = setTimeout(() => void run(), Math.max(everyMs - (performance.now() - begin), 0));
  }

  void run();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

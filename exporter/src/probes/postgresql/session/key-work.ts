/**
 * The work that a log-in by SCRAM asks for: a server chooses how much, up to half a second of a thread. Hundreds that ask for the most would take
 * all processors, and all threads with which names are looked up.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

interface Message {
  data: string;
}

/** What pg does with what a server says first; missing in its types. */
interface Deriving {
  _handleAuthSASLContinue(message: Message): Promise<void>;
}

interface Work {
  rounds: number;
  signal: AbortSignal;
  begin(): Promise<void>;
}

/** The usual number is 4,096, which takes 2 to 5 ms. */
const USUAL_ROUNDS = 20_000;
/** How long it rests after more than that, as a multiple of the time that it took. */
const REST = 4;

/** Keys are derived one after the other: those first that take the least. */
export function createKeyWork(): (client: Client, signal: AbortSignal) => void {
  const waiting = new Set<Work>();
  let busy = false;
  let onAnother: () => void = () => undefined;

  const cheapest = () => [...waiting].reduce((least, work) => (work.rounds < least.rounds ? work : least));

  async function run(): Promise<void> {
    busy = true;
    let restsUntil = 0;
    while (waiting.size > 0) {
      const next = cheapest();
      const restMs = restsUntil - performance.now();
      if (next.rounds > USUAL_ROUNDS && restMs > 0 && !next.signal.aborted) {
        // one that takes little may come meanwhile
        await Promise.race([delay(restMs, undefined, { ref: false }), another()]);
        continue;
      }
      waiting.delete(next);
      if (next.signal.aborted) continue;
      const at = performance.now();
      await next.begin();
      if (next.rounds > USUAL_ROUNDS) restsUntil = performance.now() + REST * (performance.now() - at);
    }
    busy = false;
  }

  const another = () => new Promise<void>((resolve) => (onAnother = resolve));

  return (client, signal) => {
    const inside = client as unknown as Deriving;
    // never rejects: it emits what goes wrong
    const derive = inside._handleAuthSASLContinue.bind(client);
    inside._handleAuthSASLContinue = (message) => {
      const rounds = Number(/,i=(\d+)/.exec(message.data)?.[1] ?? 0);
      waiting.add({ rounds, signal, begin: () => derive(message) });
      onAnother();
      if (!busy) void run();
      return Promise.resolve();
    };
  };
}

/** That of this process: the state is of this module, as a process has one pool of threads. */
export const limitKeyWork = createKeyWork();

/** Which workers take pings and do not understand them. Those with worker_enable_remote_control off get none, and are not disturbed. */
import type { Census } from './census';
import type { ControlChannel } from './control';

export interface Refusers {
  /**
   * How many of the workers that are alive and do not answer take pings. Where the broker does not say it at once, they count from
   * the next run on.
   * @param listeners to how many workers the ping went, where the broker says so
   */
  count(channel: ControlChannel, census: Census, answers: number, listeners: number | undefined): number;
  /** It has started anew, or is gone. */
  forget(worker: string): void;
}

/** Names of containers are new each time. */
const MAX_KNOWN = 500;
/** Each is a channel, and a ping to a worker. */
const MAX_ASKED_AT_ONCE = 10;

export function createRefusers(): Refusers {
  /** `undefined`: being asked. */
  const listening = new Map<string, boolean | undefined>();
  let lastSurplus: number | undefined;
  let asking = 0;

  async function find(channel: ControlChannel, worker: string): Promise<void> {
    if (listening.size >= MAX_KNOWN) listening.delete(listening.keys().next().value as string);
    listening.set(worker, undefined);
    asking += 1;
    try {
      // where the broker does not say: better one ping too few
      listening.set(worker, (await channel.listens(worker)) ?? true);
    } catch {
      listening.delete(worker);
    } finally {
      asking -= 1;
    }
  }

  return {
    count(channel, { answering, beating = [], late = [], silent }, answers, listeners) {
      const deaf = beating.filter((worker) => worker.deaf);
      if (listeners !== undefined) lastSurplus = Math.max(0, listeners - answers);
      if (deaf.length === 0) return 0;
      // Redis tells how many the ping went to
      if (lastSurplus !== undefined) return Math.min(deaf.length, lastSurplus);
      // a queue took the ping, and there is nobody else whose it could be
      if (answering.length + late.length + silent.length === 0 && deaf.length === beating.length) return deaf.length;
      for (const { name } of deaf.slice(0, MAX_KNOWN))
        if (asking < MAX_ASKED_AT_ONCE && !listening.has(name)) void find(channel, name);
      return deaf.filter(({ name }) => listening.get(name) === true).length;
    },
    forget: (worker) => void listening.delete(worker),
  };
}

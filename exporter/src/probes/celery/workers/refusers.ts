/**
 * Which workers receive pings but do not understand them. Those with worker_enable_remote_control off receive none and
 * are not affected.
 */
import type { ControlChannel } from '../brokers/control';
import type { Census } from './census';

export interface Refusers {
  /**
   * How many of the live workers that do not answer receive pings. If the broker does not report it at once, they are
   * counted from the next run on.
   * @param listeners number of workers that received the ping, if the broker reports it
   */
  count(channel: ControlChannel, census: Census, answers: number, listeners: number | undefined): number;
  /** Call when it has restarted or is gone. */
  forget(worker: string): void;
}

/** Names of containers are new each time. */
const MAX_KNOWN = 500;
/** Each is a channel, and a ping to a worker. */
const MAX_ASKED_AT_ONCE = 10;

export function createRefusers(): Refusers {
  /** `undefined` while the request is in progress. */
  const listening = new Map<string, boolean | undefined>();
  let lastSurplus: number | undefined;
  let asking = 0;

  async function find(channel: ControlChannel, worker: string): Promise<void> {
    if (listening.size >= MAX_KNOWN) listening.delete(listening.keys().next().value as string);
    listening.set(worker, undefined);
    asking += 1;
    try {
      // if the broker does not report it, it is better to send fewer pings
      listening.set(worker, (await channel.listens(worker)) ?? true);
    } catch {
      listening.delete(worker);
    } finally {
      asking -= 1;
    }
  }

  return {
    count(channel, { answering, beating = [], late = [], silent }, answers, listeners) {
      const ignoresPings = beating.filter((worker) => worker.ignoresPings);
      if (listeners !== undefined) lastSurplus = Math.max(0, listeners - answers);
      if (ignoresPings.length === 0) return 0;
      // Redis reports the number of recipients
      if (lastSurplus !== undefined) return Math.min(ignoresPings.length, lastSurplus);
      // the ping reached a queue, and there is no other worker to which it could belong
      if (answering.length + late.length + silent.length === 0 && ignoresPings.length === beating.length)
        return ignoresPings.length;
      for (const { name } of ignoresPings.slice(0, MAX_KNOWN))
        if (asking < MAX_ASKED_AT_ONCE && !listening.has(name)) void find(channel, name);
      return ignoresPings.filter(({ name }) => listening.get(name) === true).length;
    },
    forget: (worker) => void listening.delete(worker),
  };
}

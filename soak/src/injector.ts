/** Injects faults into real servers according to the plan, and repairs them. */
import type { Parts } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedFault } from './plan';

/** Times are milliseconds since the epoch. */
export interface InjectedFault extends PlannedFault {
  beganAt: number;
  /** When it was restarted or resumed. */
  repairedAt: number;
  /** When it was ready after that; `undefined` if never. */
  readyAt: number | undefined;
  problem?: string;
}

/** Resolves with the injected faults after all are repaired. @param tell called with a line for each fault */
export async function injectFaults(
  parts: Pick<Parts, 'kill' | 'freeze' | 'restore'>,
  plan: readonly PlannedFault[],
  tell: (line: string) => void
): Promise<InjectedFault[]> {
  const begin = performance.now();
  const done: InjectedFault[] = [];
  const underWay = new Map<string, Promise<void>>();

  async function inject(fault: PlannedFault, before: Promise<void> | undefined): Promise<void> {
    const { server, kind, lastsMs, atMs } = fault;
    await delay(begin + atMs - performance.now());
    // waits for the previous fault if its server takes long to start
    await before;
    const beganAt = Date.now();
    const broken = performance.now();
    tell(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${kind.padEnd(6)} ${server} for ${lastsMs} ms`);
    await parts[kind](server);
    await delay(lastsMs - (performance.now() - broken));
    const injected: InjectedFault = { ...fault, beganAt, repairedAt: Date.now(), readyAt: undefined };
    done.push(injected);
    try {
      await parts.restore(server);
    } catch (error) {
      injected.problem = (error as Error).message.split('\n')[0];
      await parts.restore(server);
    }
    injected.readyAt = Date.now();
  }

  await Promise.all(
    plan.map((fault) => {
      const run = inject(fault, underWay.get(fault.server));
      underWay.set(fault.server, run);
      return run;
    })
  );
  return done.sort((a, b) => a.beganAt - b.beganAt);
}

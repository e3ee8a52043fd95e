/** Maintenance of a component: by windows of its configuration, or asked for while the exporter runs. */
import { isObject, MOST_ASKED_TEXT } from '@onehertz/contract';
import { Cron } from 'croner';
import type { Target } from '../probes';
import { visible, type SafeText } from '../text/safe-text';

export type MaintenanceWindow = Target['maintenance'][number];

/** Returns a function that tells for a time (milliseconds since the epoch) whether one of the windows is open. */
export function createMaintenanceCheck(windows: readonly MaintenanceWindow[]): (now: number) => boolean {
  const schedules = windows.map(({ cron, duration, timezone }) => ({ cron: new Cron(cron, { timezone }), duration }));
  return (now) =>
    schedules.some(({ cron, duration }) => {
      const begin = cron.nextRun(new Date(now - duration));
      return begin !== null && begin.getTime() <= now;
    });
}

/** Maintenance that somebody asked for. Times in milliseconds since the epoch. */
export interface AskedMaintenance {
  from: number;
  until: number;
  /** Who asked for it, and why; empty if not said. */
  by: SafeText;
  reason: SafeText;
}

export function askedMaintenance(from: number, until: number, by: string, reason: string): AskedMaintenance {
  return { from, until, by: visible(by, MOST_ASKED_TEXT.by), reason: visible(reason, MOST_ASKED_TEXT.reason) };
}

/** Reads what was stored as JSON; `undefined` if it is something else. */
export function readAsked(value: unknown): AskedMaintenance | undefined {
  if (!isObject(value)) return undefined;
  const { from, until, by, reason } = value;
  if (typeof from !== 'number' || typeof until !== 'number' || typeof by !== 'string' || typeof reason !== 'string')
    return undefined;
  return until > from ? askedMaintenance(from, until, by, reason) : undefined;
}

/** Whether it is going on. @param now in milliseconds since the epoch */
export function isOpen(asked: AskedMaintenance | undefined, now: number): asked is AskedMaintenance {
  return asked !== undefined && now < asked.until;
}

/** Maintenance windows: a cron expression for the start, and a duration. */
import { Cron } from 'croner';
import type { Target } from '../probes';

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

/** What an exporter holds, to tell whether it gives it back. */
import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExporterProcess } from './exporter-process';

export interface Resources {
  descriptors: number;
  timers: number;
}

/** What it holds at this moment. */
async function countResources(exporter: ExporterProcess): Promise<Resources> {
  const metrics = await exporter.metrics();
  return {
    descriptors: exporter.descriptors(),
    timers: metrics.sum('nodejs_active_resources', { type: 'Timeout' }),
  };
}

/** At most, over some ticks: how many timers it has depends on the moment of the tick. */
export async function steadyResources(exporter: ExporterProcess): Promise<Resources> {
  const most = await countResources(exporter);
  for (let i = 0; i < 5; i++) {
    await delay(500);
    const { descriptors, timers } = await countResources(exporter);
    most.descriptors = Math.max(most.descriptors, descriptors);
    most.timers = Math.max(most.timers, timers);
  }
  return most;
}

/** Closing takes a moment; what remains after that is a leak. */
export async function settledResources(exporter: ExporterProcess, before: Resources): Promise<Resources> {
  let now = await countResources(exporter);
  const asBefore = async () => {
    now = await countResources(exporter);
    return now.descriptors <= before.descriptors && now.timers <= before.timers;
  };
  // short-lived connections come and go: one check without them is sufficient
  await waitFor(asBefore, { timeoutMs: 8000, what: 'what the cases held to be given back' }).catch(() => undefined);
  return now;
}

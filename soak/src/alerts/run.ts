/** The whole system with Prometheus and Alertmanager under faults: who was told what. */
import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { allAreUp, readEvents } from '../exporter-api';
import { injectFaults } from '../injector';
import { planFaults, type PlannedFault } from '../plan';
import { startWorld, type SystemSize } from '../world';
import { judge, outagesOf, type Outage, type Page, type Verdict } from './judge';

export interface AlertsOptions {
  seed: number;
  durationMs: number;
  size: SystemSize;
  /** Mean time between two faults. */
  meanGapMs: number;
  /** The longest fault. */
  longestMs: number;
  tell: (line: string) => void;
}

export interface AlertsReport extends Verdict {
  faults: PlannedFault[];
  /** When the faults began, in milliseconds since the epoch. */
  begun: number;
  /** Of all components. */
  outages: Outage[];
  /** All that arrived, in order. */
  notifications: Notification[];
  pages: Page[];
}

export interface Notification {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  receivedAt: string;
}

const POLL_MS = 2000;
/** After the last fault: until what was pending has fired, and been told. */
const REST_MS = 60_000;

/** @throws Error when the system cannot be started, or is not all up again at the end */
export async function soakAlerts(options: AlertsOptions): Promise<AlertsReport> {
  const { seed, durationMs, size, meanGapMs, longestMs, tell } = options;
  const world = await startWorld(size, tell, { alerting: true });
  const origin = world.exporter.url;
  const notifications = new Map<string, Notification>();
  let polling = true;
  try {
    await waitFor(() => allAreUp(origin), { timeoutMs: 120_000, everyMs: 500, what: 'every component to be up' });
    const begun = Date.now();
    // the receiver keeps a hundred
    const poller = (async () => {
      while (polling) {
        const response = await fetch(`${world.alertLog?.url}/alerts`);
        for (const one of (await response.json()) as Notification[]) notifications.set(JSON.stringify(one), one);
        await delay(POLL_MS);
      }
    })();
    const plan = planFaults({ seed, servers: world.servers, durationMs, meanGapMs, longestMs });
    tell(`${plan.length} faults follow from the seed ${seed}`);
    await Promise.all([injectFaults(world.parts, plan, tell), delay(durationMs)]);
    await waitFor(() => allAreUp(origin), { timeoutMs: 120_000, everyMs: 500, what: 'every component to be up again' });
    await delay(REST_MS);
    polling = false;
    await poller;
    const critical = world.watched.map(({ component }) => component).filter((component) => component.critical);
    const pages = [...notifications.values()]
      .filter(({ status, labels }) => status === 'firing' && labels.severity === 'critical')
      .map(({ labels, annotations, receivedAt }) => ({
        alertname: labels.alertname ?? '',
        component: labels.component,
        at: Date.parse(receivedAt),
        summary: annotations.summary ?? '',
      }))
      .filter(({ at }) => at >= begun);
    const outages = outagesOf(await readEvents(origin), Date.now());
    const verdict = judge({
      outages,
      pages,
      dependsOn: new Map(critical.map(({ name, depends_on = [] }) => [name, depends_on])),
    });
    return { ...verdict, faults: plan, begun, outages, pages, notifications: [...notifications.values()] };
  } finally {
    polling = false;
    await world.stop();
  }
}

/** All that arrived, firing and resolved, by alert and severity. */
export function counted(list: readonly Notification[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, labels } of list) {
    const key = `${status} ${labels.severity} ${labels.alertname}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

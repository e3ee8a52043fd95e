/** What a user without permission to ping workers can see: the number of consumers of their queues. */
import { openAmqp } from '../../amqp/connection';
import { createQueueInspector, type QueueCount, type QueueProblem, type Refusals } from '../../amqp/queues';
import { abortable, createKeptConnection, PATIENT } from '../../kit/kept-connection';
import type { ProbeResult } from '../../probe';
import type { CeleryTarget } from '../settings';
import { amqpOptionsOf } from './amqp';

export interface PassiveLook {
  /** @param reason why workers cannot be pinged */
  look(reason: string, signal: AbortSignal): Promise<ProbeResult>;
  retryNow(): void;
  close(): Promise<void>;
}

interface Viewer {
  inspect(queues: readonly string[]): Promise<(QueueCount | QueueProblem)[]>;
  destroy(): void;
  end(): Promise<void>;
}

/** Where tasks go by default. */
const DEFAULT_QUEUES = ['celery'];

/** @param refusals see {@link createQueueInspector} */
export function createPassiveLook(target: CeleryTarget, refusals: Refusals): PassiveLook {
  const queues = target.queues.length > 0 ? target.queues : DEFAULT_QUEUES;
  const endings: Promise<void>[] = [];
  let closing = false;
  const kept = createKeptConnection<Viewer>({
    open: (signal, lost) =>
      openAmqp(
        {
          ...amqpOptionsOf({ target, signal, events: { ...NO_EVENTS, lost } }),
          name: `onehertz ${target.name} (queues)`,
        },
        (connection) => {
          const { inspect } = createQueueInspector(connection.model, refusals);
          return Promise.resolve({ inspect, destroy: connection.destroy, end: connection.end });
        }
      ),
    destroy(viewer) {
      if (closing) endings.push(viewer.end());
      else viewer.destroy();
    },
    openTimeoutMs: PATIENT,
    waitMs: target.timeout,
    maxDelayMs: 500,
  });

  return {
    async look(reason, signal) {
      const viewer = await kept.get(signal);
      const started = performance.now();
      const entries = await abortable(viewer.inspect(queues), signal);
      const responseTimeMs = performance.now() - started;
      const counts = entries.filter((entry) => 'messages' in entry);
      const consumers = counts.reduce((sum, entry) => sum + entry.consumers, 0);
      const problems = entries.flatMap((entry) => ('problem' in entry ? [entry.problem] : []));
      const seen =
        consumers > 0
          ? `${consumers} consumers on ${namesOf(counts)}`
          : [
              'their state is unknown',
              ...(counts.length > 0 ? [`no consumer on ${namesOf(counts)}`] : []),
              ...problems,
            ].join(', ');
      const text = `workers cannot be pinged (${seen}): ${reason}`;
      const gauges = counts.map(({ name, messages }) => ({
        name: 'component_celery_queue_messages',
        labels: { queue: name },
        value: messages,
      }));
      if (consumers === 0) return { status: 'unhealthy', error: text, reason: 'reported', gauges };
      return { status: 'warning', message: text, responseTimeMs, gauges };
    },
    retryNow: () => kept.retryNow(),
    async close() {
      closing = true;
      kept.close();
      await Promise.all(endings);
    },
  };
}

const namesOf = (counts: readonly QueueCount[]) => counts.map(({ name }) => `"${name}"`).join(', ');
const ignore = () => undefined;
const NO_EVENTS = { answer: ignore, unreadableAnswer: ignore, event: ignore, blockedChange: ignore };

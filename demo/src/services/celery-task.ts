/** Sends tasks to Celery workers over AMQP, in version 2 of Celery's message protocol. */
import { randomUUID } from 'node:crypto';
import type { Broker } from './connections/rabbitmq';

/** Celery's default queue, which is named like its exchange and routing key. */
const QUEUE = 'celery';

/**
 * Sends a task and returns its id without waiting for a result.
 * See https://docs.celeryq.dev/en/stable/internals/protocol.html#version-2
 * @throws Error while there is no connection to the broker
 */
export function sendTask(broker: Broker, task: string, args: unknown[], kwargs: Record<string, unknown> = {}): string {
  const id = randomUUID();
  broker.publish(QUEUE, JSON.stringify([args, kwargs, { callbacks: null, errbacks: null, chain: null, chord: null }]), {
    correlationId: id,
    headers: {
      lang: 'js',
      task,
      id,
      root_id: id,
      parent_id: null,
      group: null,
      retries: 0,
      origin: `${process.pid}@demo`,
    },
  });
  return id;
}

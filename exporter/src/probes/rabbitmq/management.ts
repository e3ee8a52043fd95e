/** What only RabbitMQ's management API tells: nodes, alarms, partitions, unacknowledged messages. */
import { z } from 'zod';
import { createHttpClient } from '../http-client/client';
import { parseJson } from '../kit/json-reader';
import { secretsOfUrl } from '../../text/redact';

export interface ManagementReport {
  nodes: number;
  nodesRunning: number;
  /** Nodes whose memory or disk alarm is on. */
  memoryAlarms: number;
  diskAlarms: number;
  /** Nodes that see a network partition. */
  partitioned: number;
  /** Messages that were delivered and not yet acknowledged, by configured queue. */
  unacked: Map<string, number>;
}

export interface ManagementAddress {
  /** `http://user:password@host:15672`, perhaps with a path prefix. */
  url: string;
  /** How often it is asked, and for how long, in milliseconds. */
  interval: number;
  timeout: number;
}

export interface ManagementClient {
  /** @throws Error in plain words, without secrets */
  report(signal: AbortSignal): Promise<ManagementReport>;
  close(): void;
}

const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

// A node that is down has only a name and `running: false`.
const NODES = z.array(
  z.object({
    running: z.boolean(),
    mem_alarm: z.boolean().default(false),
    disk_free_alarm: z.boolean().default(false),
    partitions: z.array(z.unknown()).default([]),
  })
);
// The number comes with the first statistics of a queue, some seconds after its declaration. Until then there is no column
// left to show, and RabbitMQ writes an object without members as [].
const QUEUE = z.union([
  z.object({ messages_unacknowledged: z.number().default(0) }),
  z.array(z.never()).transform(() => ({ messages_unacknowledged: 0 })),
]);

class HttpStatusError extends Error {
  constructor(readonly status: number) {
    super(
      status === 401 || status === 403
        ? `login refused (HTTP ${status}); the user needs the tag "monitoring"`
        : `HTTP ${status}; is the management plugin on, and the URL right?`
    );
  }
}

/**
 * @param queues names of queues of `vhost` whose unacknowledged messages are asked for
 * Source: https://rawcdn.githack.com/rabbitmq/rabbitmq-server/v3.10.8/deps/rabbitmq_management/priv/www/api/index.html
 */
export function createManagementClient(
  { url, ...times }: ManagementAddress,
  vhost: string,
  queues: readonly string[]
): ManagementClient {
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/$/, '');
  const client = createHttpClient({ url, ...times, maxBytes: MAX_RESPONSE_BYTES }, secretsOfUrl(url));

  async function get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const { statusCode, text } = await client.get(`${prefix}/api/${path}`, signal);
    if (statusCode !== 200) throw new HttpStatusError(statusCode);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new Error('the answer is not that of a management API; is the URL right?');
    return parsed.data;
  }

  async function unackedOf(queue: string, signal: AbortSignal): Promise<[string, number] | undefined> {
    const path = `queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}?columns=messages_unacknowledged`;
    try {
      return [queue, (await get(path, QUEUE, signal)).messages_unacknowledged];
    } catch (error) {
      // The probe says by itself that a queue does not exist.
      if (error instanceof HttpStatusError && error.status === 404) return undefined;
      throw error;
    }
  }

  return {
    async report(signal) {
      try {
        const columns = 'columns=name,running,mem_alarm,disk_free_alarm,partitions';
        const nodes = await get(`nodes?${columns}`, NODES, signal);
        const unacked = [];
        for (const queue of queues) unacked.push(await unackedOf(queue, signal));
        return {
          nodes: nodes.length,
          nodesRunning: nodes.filter((node) => node.running).length,
          memoryAlarms: nodes.filter((node) => node.mem_alarm).length,
          diskAlarms: nodes.filter((node) => node.disk_free_alarm).length,
          partitioned: nodes.filter((node) => node.partitions.length > 0).length,
          unacked: new Map(unacked.filter((entry) => entry !== undefined)),
        };
      } catch (error) {
        const text = signal.aborted ? 'no answer' : client.explain(error);
        throw new Error(`management API at ${base.host}: ${text}`);
      }
    },
    close: () => client.close(),
  };
}

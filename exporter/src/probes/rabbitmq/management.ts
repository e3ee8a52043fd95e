/** Data from RabbitMQ's management API: nodes, alarms, partitions, unacknowledged messages. */
import { z } from 'zod';
import type { WithTls } from '../../fields/tls';
import { Rejection } from '../../text/errors';
import { secretsOfUrl } from '../../text/redact';
import { createHttpClient } from '../http-client/client';
import { LIMITS } from '../kit/inbound/limits';
import { parseJson } from '../kit/json-reader';

export interface ManagementReport {
  nodes: number;
  nodesRunning: number;
  /** Number of nodes with a memory or disk alarm. */
  memoryAlarms: number;
  diskAlarms: number;
  /** Number of nodes that see a network partition. */
  partitioned: number;
  /** Number of nodes in maintenance: they run but accept no clients. */
  drained?: number;
  /** Number of delivered but unacknowledged messages, by configured queue. */
  unacked: Map<string, number>;
}

export interface ManagementAddress extends WithTls {
  /** `http://user:password@host:15672`, perhaps with a path prefix. */
  url: string;
  /** What the settings call `tls`. */
  tlsKey: string;
  /** How often it is asked, and for how long, in milliseconds. */
  interval: number;
  timeout: number;
}

export interface ManagementClient {
  /**
   * Sends one request for nodes, and one per several dozen queues: newer brokers log each. @throws Error in plain
   * words, without secrets
   */
  report(signal: AbortSignal): Promise<ManagementReport>;
  close(): void;
}

/** The broker takes lines of 8,000 characters; percent-encoding makes three of one. */
const MAX_PATTERN_CHARACTERS = 2000;
const PAGE_SIZE = 500;

// A stopped node has only a name and `running: false`.
const NODES = z.array(
  z.object({
    running: z.boolean(),
    mem_alarm: z.boolean().default(false),
    disk_free_alarm: z.boolean().default(false),
    being_drained: z.boolean().default(false),
    partitions: z.array(z.unknown()).default([]),
  })
);
// The number is available some seconds after the declaration of a queue.
const QUEUES = z.object({
  items: z.array(z.object({ name: z.string(), messages_unacknowledged: z.number().optional() })),
});

class HttpStatusError extends Rejection {
  constructor(readonly status: number) {
    super(
      status === 401 || status === 403
        ? `login refused (HTTP ${status}); the user needs the tag "monitoring"`
        : `HTTP ${status}; is the management plugin on, and the URL right?`
    );
  }
}

/**
 * @param queues names of queues of `vhost` for which unacknowledged messages are requested
 * Source: https://rawcdn.githack.com/rabbitmq/rabbitmq-server/v3.10.8/deps/rabbitmq_management/priv/www/api/index.html
 */
export function createManagementClient(
  { url, tlsKey, ...options }: ManagementAddress,
  vhost: string,
  queues: readonly string[]
): ManagementClient {
  const base = new URL(url);
  const wanted = new Set(queues);
  const groups = groupsOf(queues.map(escapePattern));
  const prefix = base.pathname.replace(/\/$/, '');
  const client = createHttpClient({ url, ...options, maxBytes: LIMITS.listBytes }, secretsOfUrl(url));

  async function get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const { statusCode, text } = await client.get(`${prefix}/api/${path}`, signal);
    if (statusCode !== 200) throw new HttpStatusError(statusCode);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new Error('the answer is not that of a management API; is the URL right?');
    return parsed.data;
  }

  /** Missing queues are not included: the probe reports them itself. */
  async function unackedOf(patterns: readonly string[], signal: AbortSignal): Promise<[string, number][]> {
    const query = new URLSearchParams({
      name: `^(?:${patterns.join('|')})$`,
      use_regex: 'true',
      pagination: 'true',
      page: '1',
      page_size: `${PAGE_SIZE}`,
      columns: 'name,messages_unacknowledged',
    });
    const { items } = await get(`queues/${encodeURIComponent(vhost)}?${query.toString()}`, QUEUES, signal);
    return items
      .filter(({ name }) => wanted.has(name))
      .map(({ name, messages_unacknowledged = 0 }) => [name, messages_unacknowledged]);
  }

  return {
    async report(signal) {
      try {
        const columns = 'columns=name,running,mem_alarm,disk_free_alarm,being_drained,partitions';
        const nodes = await get(`nodes?${columns}`, NODES, signal);
        const unacked: [string, number][] = [];
        for (const patterns of groups) unacked.push(...(await unackedOf(patterns, signal)));
        return {
          nodes: nodes.length,
          nodesRunning: nodes.filter((node) => node.running).length,
          memoryAlarms: nodes.filter((node) => node.mem_alarm).length,
          diskAlarms: nodes.filter((node) => node.disk_free_alarm).length,
          partitioned: nodes.filter((node) => node.partitions.length > 0).length,
          drained: nodes.filter((node) => node.being_drained).length,
          unacked: new Map(unacked),
        };
      } catch (error) {
        const why = client.explain(error).replace(/\btls\.(?=\w)/g, `${tlsKey}.`);
        const text = `management API at ${base.host}: ${signal.aborted ? 'timed out' : why}`;
        throw error instanceof Rejection ? new Rejection(text) : new Error(text);
      }
    },
    close: () => client.close(),
  };
}

/** For a regular expression in Erlang (PCRE). */
function escapePattern(name: string): string {
  return name.replace(/[!-,./:-@[-^`{-~]/g, '\\$&');
}

/** Groups of patterns that fit into one request. */
function groupsOf(patterns: readonly string[]): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const pattern of patterns) {
    if (room < pattern.length || (groups.at(-1)?.length ?? PAGE_SIZE) >= PAGE_SIZE) {
      groups.push([]);
      room = MAX_PATTERN_CHARACTERS;
    }
    groups.at(-1)?.push(pattern);
    room -= pattern.length;
  }
  return groups;
}

/**
 * The messages of Celery's remote control and of its worker events.
 * Sources: kombu/pidbox.py (ping and answer), celery/worker/heartbeat.py and celery/events/event.py (events),
 * kombu/transport/virtual/base.py and redis.py (the envelope on Redis), all of Celery 5.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { clean } from '../kit/json-reader';

/** Fanout: every worker has a queue bound to it. */
export const PIDBOX_EXCHANGE = 'celery.pidbox';
/** Direct: workers send their answers to it. */
export const REPLY_EXCHANGE = 'reply.celery.pidbox';
/** Topic (on Redis fanout): events of the workers, routing keys `worker.heartbeat`, `worker.online`, `worker.offline`. */
export const EVENT_EXCHANGE = 'celeryev';

/** A name, an @ and a host name, which has at most 253 characters. */
const MAX_NAME_CHARACTERS = 500;

export const CONTENT_TYPE = 'application/json';
export const CONTENT_ENCODING = 'utf-8';

/** A worker's answer to the ping with this ticket. */
export interface PingAnswer {
  worker: string;
  ticket: string;
}

/** Something that a worker says by itself. */
export interface WorkerEvent {
  type: 'heartbeat' | 'online' | 'offline';
  worker: string;
  /** Tasks that it works on now. */
  active: number | undefined;
  /** Of Celery, e.g. `5.2.6`. */
  version: string | undefined;
}

/** A message as both brokers bring it. */
export interface Message {
  contentType: string | undefined;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** A message that is not what Celery sends, or in a form that this program does not read. */
export class UnreadableMessageError extends Error {}

/** The body of a ping that all workers answer, to the reply exchange with the routing key `replyKey`. */
export function pingBody(ticket: string, replyKey: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      method: 'ping',
      arguments: {},
      destination: null,
      pattern: null,
      matcher: null,
      ticket,
      reply_to: { exchange: REPLY_EXCHANGE, routing_key: replyKey },
    })
  );
}

/**
 * The headers of a ping. `clock` is the sender's Lamport clock: workers take the greater of theirs and ours, so ours stays behind.
 * @param expiresAt seconds since the epoch
 */
export function pingHeaders(expiresAt: number): Record<string, number> {
  return { clock: 1, expires: expiresAt };
}

/** What a worker answers: `{"<its name>": {"ok": "pong"}}`, with the ticket in the headers. @throws UnreadableMessageError */
export function decodeAnswer({ contentType, headers, body }: Message): PingAnswer {
  if (contentType !== CONTENT_TYPE)
    throw new UnreadableMessageError(
      `workers answer in ${clean(contentType ?? 'an unknown format', 60)}: set task_serializer to json`
    );
  const worker = Object.keys(read(z.record(z.string(), z.unknown()), body))[0];
  const { ticket } = headers;
  if (worker === undefined || worker.length > MAX_NAME_CHARACTERS || typeof ticket !== 'string')
    throw new UnreadableMessageError('an answer without a usable name or ticket');
  return { worker, ticket };
}

const EVENT = z.object({
  type: z.enum(['worker-heartbeat', 'worker-online', 'worker-offline']),
  hostname: z.string().min(1).max(MAX_NAME_CHARACTERS),
  active: z.number().int().nonnegative().optional().catch(undefined),
  sw_ver: z
    .string()
    .transform((text) => clean(text, 40) || undefined)
    .optional()
    .catch(undefined),
});

/** @throws UnreadableMessageError */
export function decodeEvent({ body }: Message): WorkerEvent {
  const { type, hostname, active, sw_ver } = read(EVENT, body);
  return { type: type.slice('worker-'.length) as WorkerEvent['type'], worker: hostname, active, version: sw_ver };
}

/** Wraps a message for an exchange as kombu does where the broker is Redis. */
export function encodeRedisEnvelope(exchange: string, body: Buffer, headers: Record<string, unknown>): string {
  return JSON.stringify({
    body: body.toString('base64'),
    'content-encoding': CONTENT_ENCODING,
    'content-type': CONTENT_TYPE,
    headers,
    properties: {
      delivery_mode: 2,
      delivery_info: { exchange, routing_key: '' },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });
}

const ENVELOPE = z.object({
  body: z.string(),
  'content-type': z.string().optional(),
  headers: z.record(z.string(), z.unknown()).default({}),
  properties: z.object({ body_encoding: z.string().optional() }).optional(),
});

/** @throws UnreadableMessageError */
export function decodeRedisEnvelope(text: string): Message {
  const { body, headers, properties, 'content-type': contentType } = read(ENVELOPE, text);
  return { contentType, headers, body: Buffer.from(body, properties?.body_encoding === 'base64' ? 'base64' : 'utf8') };
}

function read<T>(schema: z.ZodType<T>, json: Buffer | string): T {
  let value: unknown;
  try {
    value = JSON.parse(json.toString());
  } catch {
    throw new UnreadableMessageError('a message that is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UnreadableMessageError('a message that is not of Celery');
  return parsed.data;
}

/**
 * The messages of Celery's remote control and of its worker events.
 * Sources: kombu/pidbox.py (ping and answer), celery/worker/heartbeat.py and celery/events/event.py (events),
 * kombu/transport/virtual/base.py and redis.py (the envelope on Redis), all of Celery 5.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { safeText } from '../../text/safe-text';
import { LIMITS } from '../kit/inbound/limits';
import { parseJson } from '../kit/json-reader';
import { firstKey, JSON_FORMAT, type Format } from './formats';

/** Names on the broker, which applications can configure. */
export interface Names {
  /** Fanout: every worker has a queue bound to it. */
  pidboxExchange: string;
  /** Direct: workers send their answers to it. */
  replyExchange: string;
  /**
   * Topic (fanout on Redis): events of the workers, routing keys `worker.heartbeat`, `worker.online`, `worker.offline`.
   */
  eventExchange: string;
  /** The queue of a worker that accepts remote control. */
  pidboxOf(worker: string): string;
}

export function namesOf(settings: { control_exchange: string; event_exchange: string }): Names {
  const { control_exchange: control, event_exchange: eventExchange } = settings;
  return {
    pidboxExchange: `${control}.pidbox`,
    replyExchange: `reply.${control}.pidbox`,
    eventExchange,
    pidboxOf: (worker) => `${worker}.${control}.pidbox`,
  };
}

const DEFAULT_REPLY_EXCHANGE = 'reply.celery.pidbox';

/** An answer or a heartbeat has some hundred bytes. */
const MAX_MESSAGE_BYTES = LIMITS.bodyBytes;

/** A name, an @ and a host name, which has at most 253 characters. */
const MAX_NAME_CHARACTERS = 500;

/** A worker's answer to the ping with this ticket. */
export interface PingAnswer {
  /** Empty if it responds in a format that is not supported here. */
  worker: string;
  ticket: string;
}

/** An event sent by a worker. */
export interface WorkerEvent {
  type: 'heartbeat' | 'online' | 'offline';
  worker: string;
  /** Number of active tasks. */
  active: number | undefined;
  /** Of Celery, e.g. `5.2.6`. */
  version: string | undefined;
  /** Of the process. */
  pid?: number;
  /** Milliseconds between two heartbeats, if it is not the usual two seconds. */
  everyMs?: number;
}

/** Between two heartbeats, unless the worker says otherwise. */
export const USUAL_BEAT_MS = 2000;

/** A message, from either kind of broker. */
export interface Message {
  contentType: string | undefined;
  headers: Record<string, unknown>;
  body: Buffer;
  routingKey?: string;
}

/** A message that Celery would not send, or in a format that is not supported here. */
export class UnreadableMessageError extends Error {}

/** The body of a ping that all workers answer, to this exchange with the routing key `replyKey`. */
export function pingBody(
  ticket: string,
  replyKey: string,
  replyExchange = DEFAULT_REPLY_EXCHANGE,
  { encode }: Format = JSON_FORMAT
): Buffer {
  return encode({
    method: 'ping',
    arguments: {},
    destination: null,
    pattern: null,
    matcher: null,
    ticket,
    reply_to: { exchange: replyExchange, routing_key: replyKey },
  });
}

/**
 * The headers of a ping. `clock` is the sender's Lamport clock: workers adopt the greater of theirs and ours, so ours
 * is kept low.
 * @param expiresAt seconds since the epoch
 */
export function pingHeaders(expiresAt: number): Record<string, number> {
  return { clock: 1, expires: expiresAt };
}

/**
 * A worker's answer: `{"<its name>": {"ok": "pong"}}`, with the ticket in the headers. Answers in other formats than
 * JSON count too.
 * @throws UnreadableMessageError
 */
export function decodeAnswer({ contentType, headers, body }: Message): PingAnswer {
  const { ticket } = headers;
  const isJson = contentType === JSON_FORMAT.contentType;
  if (!isJson && typeof ticket !== 'string')
    throw new UnreadableMessageError(
      `workers answer in ${safeText(contentType ?? 'an unknown format', 60)}: set task_serializer to json`
    );
  const key = isJson ? Object.keys(read(z.record(z.string(), z.unknown()), body))[0] : firstKey(contentType, body);
  const worker = key !== undefined && key.length <= MAX_NAME_CHARACTERS ? key : undefined;
  if (typeof ticket !== 'string' || (isJson && worker === undefined))
    throw new UnreadableMessageError('an answer without a usable name or ticket');
  return { worker: worker ?? '', ticket };
}

const TYPES = ['worker-heartbeat', 'worker-online', 'worker-offline'] as const;
const EVENT = z.object({
  type: z.enum(TYPES),
  hostname: z.string().min(1).max(MAX_NAME_CHARACTERS),
  active: z.number().int().nonnegative().optional().catch(undefined),
  pid: z.number().int().positive().optional().catch(undefined),
  freq: z.number().min(0.1).max(3600).optional().catch(undefined),
  sw_ver: z
    .string()
    .transform((text) => safeText(text, 40) || undefined)
    .optional()
    .catch(undefined),
});

const EVENT_HEADERS = z.object({ hostname: z.string().min(1).max(MAX_NAME_CHARACTERS) });

/**
 * A worker's event. In other formats than JSON, its name is in the headers and its type in the routing key.
 * @throws UnreadableMessageError
 */
export function decodeEvent({ body, contentType, headers, routingKey }: Message): WorkerEvent {
  if (contentType !== undefined && contentType !== JSON_FORMAT.contentType) {
    const type = TYPES.find((name) => name === routingKey?.replace('.', '-'));
    const parsed = EVENT_HEADERS.safeParse(headers);
    if (type === undefined || !parsed.success) throw new UnreadableMessageError('an event in another format');
    return { type: shortType(type), worker: parsed.data.hostname, active: undefined, version: undefined };
  }
  const { type, hostname, active, sw_ver, pid, freq = USUAL_BEAT_MS / 1000 } = read(EVENT, body);
  const everyMs = freq * 1000;
  return {
    type: shortType(type),
    worker: hostname,
    active,
    version: sw_ver,
    ...(pid !== undefined && { pid }),
    ...(everyMs !== USUAL_BEAT_MS && { everyMs }),
  };
}

const shortType = (type: (typeof TYPES)[number]) => type.slice('worker-'.length) as WorkerEvent['type'];

/** Wraps a message for an exchange as kombu does on Redis. */
export function encodeRedisEnvelope(
  exchange: string,
  body: Buffer,
  headers: Record<string, unknown>,
  { contentType, contentEncoding }: Format = JSON_FORMAT
): string {
  return JSON.stringify({
    body: body.toString('base64'),
    'content-encoding': contentEncoding,
    'content-type': contentType,
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
  properties: z
    .object({
      body_encoding: z.string().optional(),
      delivery_info: z
        .object({ routing_key: z.string().optional().catch(undefined) })
        .optional()
        .catch(undefined),
    })
    .optional(),
});

/** @throws UnreadableMessageError */
export function decodeRedisEnvelope(text: string): Message {
  const { body, headers, properties, 'content-type': contentType } = read(ENVELOPE, text);
  const routingKey = properties?.delivery_info?.routing_key;
  return {
    contentType,
    headers,
    body: Buffer.from(body, properties?.body_encoding === 'base64' ? 'base64' : 'utf8'),
    ...(routingKey !== undefined && { routingKey }),
  };
}

function read<T>(schema: z.ZodType<T>, json: Buffer | string): T {
  if (json.length > MAX_MESSAGE_BYTES) throw new UnreadableMessageError('a message that is too long');
  const value = parseJson(json.toString());
  if (value === undefined) throw new UnreadableMessageError('a message that is not JSON');
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UnreadableMessageError('a message that is not of Celery');
  return parsed.data;
}

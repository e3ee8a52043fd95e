/**
 * The subset of kombu's serializers that a ping and its answers need. Sources: kombu/serialization.py; Python's
 * pickletools; the msgpack specification.
 */
import { parse } from 'yaml';

/** The values in a ping. */
export type Value = string | null | { readonly [key: string]: Value };

export interface Format {
  /** The name in Celery's `accept_content`. */
  name: string;
  contentType: string;
  contentEncoding: string;
  encode(value: Value): Buffer;
}

export const JSON_FORMAT: Format = {
  name: 'json',
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  encode: (value) => Buffer.from(JSON.stringify(value)),
};

const PICKLE: Format = {
  name: 'pickle',
  contentType: 'application/x-python-serialize',
  contentEncoding: 'binary',
  encode: (value) => Buffer.concat([Buffer.from('\x80\x02', 'latin1'), pickled(value), Buffer.from('.')]),
};

const YAML: Format = {
  ...JSON_FORMAT,
  // all JSON is YAML
  name: 'yaml',
  contentType: 'application/x-yaml',
};

const MSGPACK: Format = {
  name: 'msgpack',
  contentType: 'application/x-msgpack',
  contentEncoding: 'binary',
  encode: packed,
};

/** In the order in which they are tried on workers that do not accept the first. */
export const FORMATS: readonly Format[] = [JSON_FORMAT, PICKLE, YAML, MSGPACK];

/** Protocol 2: EMPTY_DICT, MARK, keys and values, SETITEMS; BINUNICODE; NONE. */
function pickled(value: Value): Buffer {
  if (value === null) return Buffer.from('N');
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    const head = Buffer.from('X....');
    head.writeUInt32LE(text.length, 1);
    return Buffer.concat([head, text]);
  }
  const members = Object.entries(value).flatMap(([key, inner]) => [pickled(key), pickled(inner)]);
  return Buffer.concat([Buffer.from('}('), ...members, Buffer.from('u')]);
}

/** Maps of at most 15 members and texts of at most 65,535 bytes. */
function packed(value: Value): Buffer {
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([Buffer.from([0xda, text.length >> 8, text.length & 0xff]), text]);
  }
  const members = Object.entries(value);
  return Buffer.concat([
    Buffer.from([0x80 | members.length]),
    ...members.flatMap(([key, inner]) => [packed(key), packed(inner)]),
  ]);
}

/** Larger messages are not answers to a ping. */
const MAX_ANSWER_BYTES = 10_000;

/** The first key of a map, which is the name of the responding worker; `undefined` if it cannot be parsed. */
export function firstKey(contentType: string | undefined, body: Buffer): string | undefined {
  if (body.length > MAX_ANSWER_BYTES) return undefined;
  if (contentType === PICKLE.contentType) return firstPickledText(body);
  if (contentType === YAML.contentType) return firstYamlKey(body.toString());
  return contentType === MSGPACK.contentType ? firstPackedKey(body) : undefined;
}

/** Between PROTO and the first text there are only the opcodes that start a map. */
function firstPickledText(body: Buffer): string | undefined {
  const head = /^\x80.(?:\x95.{8})?\}(?:q.|\x94)?\(?/s.exec(body.toString('latin1'))?.[0].length;
  if (head === undefined || head + 5 > body.length) return undefined;
  // SHORT_BINUNICODE, BINUNICODE
  if (body[head] === 0x8c) return textAt(body, head + 2, body.readUInt8(head + 1));
  if (body[head] === 0x58) return textAt(body, head + 5, body.readUInt32LE(head + 1));
  return undefined;
}

function firstPackedKey(body: Buffer): string | undefined {
  if (body.length < 4 || (body.readUInt8(0) & 0xf0) !== 0x80) return undefined;
  const type = body.readUInt8(1);
  if (type >= 0xa0 && type < 0xc0) return textAt(body, 2, type & 0x1f);
  // str 8 and str 16; bin 8 and bin 16, which older Python packers use for text
  if (type === 0xd9 || type === 0xc4) return textAt(body, 3, body.readUInt8(2));
  if (type === 0xda || type === 0xc5) return textAt(body, 4, body.readUInt16BE(2));
  return undefined;
}

function textAt(body: Buffer, start: number, length: number): string | undefined {
  return length > 0 && start + length <= body.length ? body.toString('utf8', start, start + length) : undefined;
}

function firstYamlKey(text: string): string | undefined {
  try {
    const value = parse(text, { maxAliasCount: 0, schema: 'failsafe' }) as unknown;
    return typeof value === 'object' && value !== null ? Object.keys(value)[0] : undefined;
  } catch {
    return undefined;
  }
}

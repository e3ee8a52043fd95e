/** Interprets the body of a health endpoint of any shape. Rules and examples: docs/health-documents.md. */
import { isWorse, RANK, worstOf } from '@onehertz/contract';
import { safeText } from '../../../text/safe-text';
import {
  asNumber,
  asText,
  asVersion,
  fieldsOf,
  type Fields,
  firstOf,
  isRecord,
  names,
  parseJson,
} from '../json-reader';
import { readDocument } from './document';
import { type Parts, weightOf } from './parts';
import type { Said } from './said';
import { readText } from './text';
import { reasonOf } from './words/values';
import { type HealthStatus } from './words/words';

export interface HealthReport {
  /** The service's own status; `undefined` if it reports none. */
  status?: HealthStatus;
  /** The original word, even if it is not known. */
  word?: string;
  message?: string;
  version?: string;
  service?: string;
  uptimeSeconds?: number;
  /** By name, worst first. */
  dependencies: ReadonlyMap<string, HealthStatus>;
  /** The resulting status: the worst decides. `undefined` if none was reported. */
  verdict?: HealthStatus;
  /** Whether the body is declared as JSON but is not. */
  malformed: boolean;
}

const MAX_DEPENDENCIES = 50;
const MAX_MESSAGE = 200;

const DESCRIPTION_KEYS = names('description notes title summary');
const VERSION_KEYS = names('version app_version release release_id build_version');
const SERVICE_KEYS = names('service service_name app application name service_id');
const UPTIME_SECONDS_KEYS = names('uptime_seconds uptime_s uptime');
const UPTIME_MILLISECONDS_KEYS = names('uptime_ms uptime_milliseconds');
const ENVELOPE_KEYS = names('data payload response result body content status');

/** @param contentType the header of the response, to distinguish invalid JSON from text */
export function readHealthBody(body: string, contentType = ''): HealthReport {
  const text = body.trim();
  const value = parseJson(text);
  if (value !== undefined) return report(readDocument(value), isRecord(value) ? fieldsOf(value) : NO_FIELDS);
  const said = readText(text);
  const isSilent = said.own === undefined && said.parts.size === 0;
  if (isSilent && text !== '' && /\bjson\b/i.test(contentType)) return { dependencies: new Map(), malformed: true };
  const { message, ...found } = report(said, NO_FIELDS);
  return { ...found, message: message ?? (isSilent && said.line !== '' ? said.line : undefined) };
}

const NO_FIELDS: Fields = new Map();

function report(said: Said, fields: Fields): HealthReport {
  const { own, unknown, parts } = said;
  const word = own?.word ?? unknown;
  return {
    status: own?.status,
    word: word && safeText(word, 40),
    message: readMessage(said, fields),
    version: firstOf(fields, VERSION_KEYS, asVersion),
    service: firstOf(fields, SERVICE_KEYS, asText(60)),
    uptimeSeconds: readUptime(fields),
    dependencies: sorted(parts),
    verdict: verdictOf(said),
    malformed: false,
  };
}

/**
 * A service that reports itself healthy with an unhealthy part, or that only lists dependencies, is degraded. Otherwise
 * the worst decides.
 */
function verdictOf({ own, isWeak, parts }: Said): HealthStatus | undefined {
  const found = worstOf([...parts.values()].map(weightOf));
  if (own === undefined || isWeak)
    return found === undefined ? own?.status : worstOf([found, own?.status ?? 'healthy']);
  if (own.status !== 'healthy' || found === undefined) return own.status;
  return found === 'unhealthy' ? 'degraded' : found;
}

/** At most 50, the worst first. */
function sorted(parts: Parts): Map<string, HealthStatus> {
  const all = [...parts].map(([name, { status }]): [string, HealthStatus] => [name, status]);
  const isUniform = all.every(([, status]) => status === all[0]?.[1]);
  if (!isUniform) all.sort(([, a], [, b]) => RANK[b] - RANK[a]);
  return new Map(all.slice(0, MAX_DEPENDENCIES));
}

/** Why it is not healthy: its own message, else that of its worst part; otherwise any message. */
function readMessage({ own, parts }: Said, fields: Fields): string | undefined {
  const said = reasonOf(fields, 1) ?? inEnvelope(fields);
  const reason = own?.reason ?? said ?? reasonOfPart(parts) ?? firstOf(fields, DESCRIPTION_KEYS, textOf);
  return reason === undefined ? undefined : safeText(reason, MAX_MESSAGE) || undefined;
}

function inEnvelope(fields: Fields): string | undefined {
  return firstOf(fields, ENVELOPE_KEYS, (value) => {
    if (!isRecord(value)) return undefined;
    const inner = fieldsOf(value);
    return reasonOf(inner, 0) ?? firstOf(inner, DESCRIPTION_KEYS, textOf);
  });
}

/** `redis: connection refused` */
function reasonOfPart(parts: Parts): string | undefined {
  let found: [string, HealthStatus, string] | undefined;
  for (const [name, { status, reason }] of parts) {
    if (status === 'healthy' || reason === undefined || reason === '') continue;
    if (found === undefined || isWorse(status, found[1])) found = [name, status, reason];
  }
  return found && `${found[0]}: ${found[2]}`;
}

function textOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? safeText(first, MAX_MESSAGE) || undefined : undefined;
}

function readUptime(fields: Fields): number | undefined {
  const seconds = firstOf(fields, UPTIME_SECONDS_KEYS, asNumber);
  const milliseconds = firstOf(fields, UPTIME_MILLISECONDS_KEYS, asNumber);
  const value = seconds ?? (milliseconds === undefined ? undefined : milliseconds / 1000);
  return value !== undefined && value >= 0 ? value : undefined;
}

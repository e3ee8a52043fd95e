/** Parses a model-info document with any of the usual names. */
import { safeText } from '../../text/safe-text';
import type { HealthStatus } from '../kit/health/words/words';
import {
  asNumber,
  asText,
  asVersion,
  entriesOf,
  type Fields,
  fieldsOf,
  firstOf,
  isRecord,
  names,
  normalize,
  parseJson,
} from '../kit/json-reader';
import { readModelState, tellsOfModel } from './state';

export interface ModelReport {
  model?: string;
  version?: string;
  stage?: string;
  /** From 0 to 1. */
  accuracy?: number;
  latencyP95Seconds?: number;
  /** From 0 to 1. */
  cacheHitRatio?: number;
  predictionsTotal?: number;
  predictionsSuccessful?: number;
  predictionsFailed?: number;
  /** ISO 8601 UTC. */
  loadedAt?: string;
  lastPredictionAt?: string;
  /** Whether a model is loaded, if reported. */
  loaded?: boolean;
  status?: HealthStatus;
  /** The server's reason why it is not healthy. */
  reason?: string;
}

/** Names for each value, best first; spelling and nesting are ignored. */
const NAMES = {
  model: names('model_name model active_model model_id name id'),
  version: names('active_version model_version version current_version'),
  stage: names('stage model_stage current_stage environment'),
  accuracy: names(
    'accuracy model_accuracy accuracy_ratio accuracy_score test_accuracy val_accuracy validation_accuracy'
  ),
  latencySeconds: names('latency_p95_seconds p95_latency_seconds latency_p95_s p95_latency_s p95_seconds'),
  latencyMilliseconds: names(
    'latency_p95_ms p95_latency_ms p95_ms inference_latency_p95_ms latency_ms_p95 latency_p95 p95_latency p95'
  ),
  accuracyPercent: names('accuracy_percent accuracy_pct accuracy_percentage model_accuracy_percent'),
  cacheHits: names('cache_hit_rate cache_hit_ratio cache_hits_ratio cache_rate hit_rate hit_ratio'),
  cacheHitPercent: names('cache_hit_percent cache_hit_pct cache_hit_rate_percent hit_rate_percent'),
  total: names('predictions_total total_predictions prediction_count predictions inferences_total requests_total'),
  successful: names('predictions_successful successful_predictions predictions_success predictions_succeeded'),
  failed: names('predictions_failed failed_predictions prediction_errors predictions_errors'),
  loadedAt: names('loaded_at model_loaded_at load_time loaded_time loaded_since'),
  lastPredictionAt: names('last_prediction_at last_prediction last_prediction_time last_inference_at'),
  modelLoaded: names('model_loaded is_model_loaded'),
  // only at the top level: nested ones may be the status of something else
  loaded: names('loaded is_loaded'),
};

/** `undefined` if it is not JSON, or not about a model. */
export function readModelReport(text: string): ModelReport | undefined {
  const value = parseJson(text);
  if (Array.isArray(value)) return tellsOfModel(value) ? readList(value) : undefined;
  if (!isRecord(value)) return undefined;
  const outer = fieldsOf(value);
  const fields = flatten(value);
  const find = <T>(what: keyof typeof NAMES, read: (value: unknown) => T | undefined, where = fields) =>
    firstOf(where, NAMES[what], read);
  const milliseconds = find('latencyMilliseconds', positive);
  const successful = find('successful', count);
  const failed = find('failed', count);
  const told = {
    accuracy: find('accuracy', ratio) ?? find('accuracyPercent', percent),
    latencyP95Seconds:
      find('latencySeconds', positive) ?? (milliseconds === undefined ? undefined : milliseconds / 1000),
    cacheHitRatio: find('cacheHits', ratio) ?? find('cacheHitPercent', percent),
    predictionsTotal:
      find('total', count) ?? (successful !== undefined && failed !== undefined ? successful + failed : undefined),
    predictionsSuccessful: successful,
    predictionsFailed: failed,
    loadedAt: find('loadedAt', time),
    lastPredictionAt: find('lastPredictionAt', time),
    loaded: find('modelLoaded', asFlag) ?? find('loaded', asFlag, outer),
  };
  // other kinds of pages also have a name and a version
  const isOfModel = [...fields.keys()].some((name) => name.includes('model'));
  if (!isOfModel && !tellsOfModel(value) && Object.values(told).every((found) => found === undefined)) return undefined;
  const { status, reason, models } = readModelState(value);
  return {
    model: listed(models) ?? find('model', asText(60)),
    version: find('version', asVersion),
    stage: find('stage', asText(30)),
    status,
    reason: reason && safeText(reason, 200),
    ...told,
  };
}

/** All models of a server. */
function readList(value: unknown[]): ModelReport {
  const { status, reason, models } = readModelState(value);
  const version = value.length === 1 ? firstOf(fieldsOf(value[0]), NAMES.version, asVersion) : undefined;
  return { model: listed(models), version, status, reason: reason && safeText(reason, 200) };
}

function listed(models: readonly string[]): string | undefined {
  return models.length === 0 ? undefined : safeText(models.join(', '), 60);
}

const MAX_FIELDS = 500;

/**
 * Every value by its full name (`{predictions: {total}}` → `predictionstotal`) and, if still free, by its last part
 * (`{metrics: {accuracy}}` →
 * `accuracy`). Outer fields come first.
 */
function flatten(value: Record<string, unknown>): Fields {
  const fields = new Map<string, unknown>();
  const add = (name: string, found: unknown) => {
    if (fields.size < MAX_FIELDS && !fields.has(name) && found !== null) fields.set(name, found);
  };
  let level: [string, unknown][] = entriesOf(value).map(([key, found]) => [normalize(key), found]);
  for (let depth = 0; depth < 3; depth++) {
    for (const [name, found] of level) if (!isRecord(found)) add(name, found);
    level = level.slice(0, MAX_FIELDS).flatMap(([name, found]) =>
      entriesOf(found).flatMap(([key, inner]): [string, unknown][] => [
        [name + normalize(key), inner],
        [normalize(key), inner],
      ])
    );
  }
  return fields;
}

function asFlag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function positive(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

function count(value: unknown): number | undefined {
  const number = positive(value);
  return number === undefined ? undefined : Math.round(number);
}

/** From 0 to 1, from a value named as a percentage. */
function percent(value: unknown): number | undefined {
  const number = positive(typeof value === 'string' ? value.replace(/(?<!\s)\s*%\s*$/, '') : value);
  return number === undefined || number > 100 ? undefined : number / 100;
}

/** From 0 to 1; values above 1 are percentages. */
function ratio(value: unknown): number | undefined {
  const number = positive(typeof value === 'string' ? value.replace(/(?<!\s)\s*%\s*$/, '') : value);
  if (number === undefined || number > 100) return undefined;
  return number > 1 || (typeof value === 'string' && value.includes('%')) ? number / 100 : number;
}

/** ISO 8601 UTC with seconds, from text or from a Unix time in seconds or milliseconds. */
function time(value: unknown): string | undefined {
  const number = typeof value === 'number' ? value : undefined;
  const text = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? value.slice(0, 40) : undefined;
  if (number === undefined && text === undefined) return undefined;
  // Python's isoformat() of a UTC time has no zone
  const zoned =
    text !== undefined && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)
      ? `${text.replace(' ', 'T')}Z`
      : text;
  const date = new Date(number === undefined ? (zoned ?? '') : number > 1e11 ? number : number * 1000);
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : `${date.toISOString().slice(0, 19)}Z`;
}

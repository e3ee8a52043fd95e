/** Whether a model is being served, according to its server: one model, its versions, or all models. */
import { isWorse, worstOf } from '@onehertz/contract';
import { readDocument } from '../kit/health/document';
import { type HealthStatus, type Statement } from '../kit/health/words/words';
import { asText, entriesOf, fieldsOf, firstOf, isRecord, names } from '../kit/json-reader';

export interface ModelState {
  status?: HealthStatus;
  /** The server's text. */
  reason?: string;
  /** Names of the listed models. */
  models: string[];
}

const NAME_KEYS = names('model_name name model id model_id');
const LIST_KEYS = names('models data model_version_status model_versions versions');
const VERSION_KEYS = names('version model_version');
const REASON_KEYS = names('error_message status_message reason error message detail');
const MOST = 200;
/** For a model that is taken out of service; elsewhere these words have no meaning. */
const ENDED = /^(?:end|ended|unload(?:ing|ed)|retired|archived|deleted)$/i;

/** @param value the parsed response */
export function readModelState(value: unknown): ModelState {
  const list = listIn(value);
  if (list === undefined) return { ...(isRecord(value) && stateOf(value)), models: [] };
  const states = new Map<string, Statement[]>();
  for (const item of list.slice(0, MOST)) {
    const fields = fieldsOf(item);
    const name = typeof item === 'string' ? item.slice(0, 60) : (firstOf(fields, NAME_KEYS, asText(60)) ?? '');
    const state = isRecord(item) ? stateOf(item) : undefined;
    states.set(name, [...(states.get(name) ?? []), ...(state?.status ? [state as Statement] : [])]);
  }
  const models = [...states.keys()].filter((name) => name !== '');
  if (list.length === 0) return { status: 'unhealthy', reason: 'it lists no model', models };
  // an old version may be unloading, or a worker starting
  const each = [...states].flatMap(([name, found]) => (found.length === 0 ? [] : [{ name, ...bestOf(found) }]));
  const bad = each.filter(({ status }) => status !== 'healthy');
  const [first] = bad;
  if (first === undefined) return { ...(each.length > 0 && { status: 'healthy' }), models };
  const isAll = bad.length === states.size;
  const reason = [first.name, first.reason ?? first.word].filter(Boolean).join(': ');
  return { status: isAll ? worstOf(bad.map(({ status }) => status)) : 'degraded', reason: reason || undefined, models };
}

/** Models or versions in a list, at the top level or under a usual name. */
function listIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (!isRecord(value)) return undefined;
  const fields = fieldsOf(value);
  // of one model, its versions are mere numbers, or not told
  return firstOf(fields, LIST_KEYS, (found) =>
    Array.isArray(found) && (!fields.has('name') || (found.length > 0 && found.every(isRecord)))
      ? (found as unknown[])
      : undefined
  );
}

function stateOf(map: Record<string, unknown>): Omit<ModelState, 'models'> & Partial<Statement> {
  const entries = entriesOf(map);
  const [only] = entries;
  // `{"model_version": {…}}`
  if (entries.length === 1 && isRecord(only?.[1])) return stateOf(only[1]);
  const fields = fieldsOf(map);
  const { own, parts } = readDocument(map);
  const ended = firstOf(fields, names('state status'), (word) =>
    typeof word === 'string' && ENDED.test(word) ? word : undefined
  );
  const workers = parts.size > 0 && Array.isArray(fields.get('workers')) ? bestOf([...parts.values()]) : undefined;
  const found: Statement | undefined = ended ? { status: 'unhealthy', word: ended } : (own ?? workers);
  if (!found) return {};
  const reason = found.reason ?? firstOf(fields, REASON_KEYS, asText(200)) ?? reasonInside(map);
  return { status: found.status, word: found.word, ...(found.status !== 'healthy' && { reason }) };
}

/** TensorFlow Serving nests it: `{"status": {"error_message": "…"}}`. */
function reasonInside(map: Record<string, unknown>): string | undefined {
  for (const [, inner] of entriesOf(map)) {
    const found = isRecord(inner) ? firstOf(fieldsOf(inner), REASON_KEYS, asText(200)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function bestOf(statements: readonly Statement[]): Statement {
  return statements.reduce((best, each) => (isWorse(best.status, each.status) ? each : best));
}

/** Whether a document describes a model although no key says so. */
export function tellsOfModel(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => isRecord(item) && tellsOfModel(item));
  const fields = fieldsOf(value);
  if (fields.get('object') === 'model' || fields.get('kind') === 'model' || fields.get('type') === 'model') return true;
  const { data } = isRecord(value) ? (value as { data?: unknown }) : {};
  if (Array.isArray(data) && data.length > 0) return tellsOfModel(data);
  const isNamed = firstOf(fields, NAME_KEYS, asText(60)) !== undefined;
  if ([...fields.keys()].some((name) => name.includes('model'))) return true;
  // KServe and compatible servers: a name, and readiness or inputs
  return isNamed && ['ready', 'isready', 'inputs', 'platform', 'workers'].some((name) => fields.has(name))
    ? true
    : isNamed && fields.has('state') && firstOf(fields, VERSION_KEYS, asText(40)) !== undefined;
}

/** A component as the JSON object of the reference system's stream, which the HTTP API and Grafana Live use too. */
import type { ComponentJson, JsonValue } from '@onehertz/contract';
import type { Board } from './board';
import { brokenDependencies } from './consequence';
import type { AskedMaintenance } from './maintenance';
import { recentJson } from './recent';
import type { Silence } from './silence';
import type { ComponentState } from './state';

/** A component as shown by all outputs. Absent and default values are left out to keep messages small. */
export function componentJson(state: ComponentState, board: Pick<Board, 'get'>): ComponentJson {
  return build(state, board, true, true);
}

/** With its last minutes: for those who begin to watch, or ask once. */
export function componentJsonWithRecent(state: ComponentState, board: Pick<Board, 'get'>): ComponentJson {
  const json = componentJson(state, board);
  const recent = recentJson(state.recent);
  if (recent) json.recent = recent;
  return json;
}

/** What identifies a component, and that is all: the rest of it cannot be written. */
export function bareJson({ target, status, since }: ComponentState): ComponentJson {
  const { name, display_name, kind, type } = target;
  const left_out = ['everything else'];
  return {
    status,
    service: name,
    display_name,
    kind,
    type,
    since: new Date(since).toISOString(),
    flapping: false,
    left_out,
  };
}

/** The JSON text of what `make` makes of a component; of one that cannot be written, its {@link bareJson}. @param output see {@link Board.guard} */
export function jsonText(
  state: ComponentState,
  board: Pick<Board, 'guard'>,
  output: string,
  make: () => object
): string {
  const text = board.guard(state.target.name, output, () => JSON.stringify(make()), undefined);
  return text ?? JSON.stringify(bareJson(state));
}

// Built step by step, as this runs for every component every second: spreading objects takes five times as long.
function build(
  state: ComponentState,
  board: Pick<Board, 'get'>,
  withMessage: boolean,
  withDetails: boolean
): ComponentJson {
  const { target, last, status, since, standingSince, sinceAtLeast, flapping, maintenance, stale } = state;
  const { name, display_name, kind, type } = target;
  const json = { status, service: name, display_name, kind, type } as ComponentJson;
  if (last) {
    const responseTime = roundedResponseTime(state);
    if (responseTime !== undefined) json.response_time_ms = responseTime;
    if (withMessage && last.message) json.message = last.message;
    if (last.error) json.error = last.error;
    if (last.version) json.version = last.version;
    if (last.leftOut) json.left_out = last.leftOut.map(({ what }) => what);
    json.last_check = new Date(last.startedAt).toISOString();
  }
  // what works is not looked for
  if (status !== 'healthy' && state.address !== '') json.address = state.address;
  json.since = new Date(since).toISOString();
  if (standingSince !== since) json.standing_since = new Date(standingSince).toISOString();
  if (sinceAtLeast) json.since_at_least = true;
  json.flapping = flapping;
  if (target.critical) json.critical = true;
  if (maintenance) json.maintenance = true;
  if (state.asked) addAsked(json, state.asked);
  if (state.silence) addSilence(json, state.silence);
  if (stale) json.stale = true;
  const { causes, others } = brokenDependencies(state, board);
  if (causes.length > 0) json.consequence_of = [...causes];
  if (others.length > 0) json.depends_on_down = [...others];
  if (Object.keys(target.labels).length > 0) json.labels = target.labels;
  if (withMessage && withDetails && Object.keys(target.links).length > 0) json.links = target.links;
  if (withDetails && last?.connectMs !== undefined) json.connect_ms = toHundredths(last.connectMs);
  if (withDetails && last?.details) addDetails(json, last.details);
  return json;
}

function addAsked(json: ComponentJson, { until, by, reason }: AskedMaintenance): void {
  json.maintenance_until = new Date(until).toISOString();
  if (by !== '') json.maintenance_by = by;
  if (reason !== '') json.maintenance_reason = reason;
}

function addSilence(json: ComponentJson, { until, by, reason, only }: Silence): void {
  json.silence_until = new Date(until).toISOString();
  if (by !== '') json.silence_by = by;
  if (reason !== '') json.silence_reason = reason;
  if (only !== '') json.silence_only = only;
}

/** The response time as shown by all outputs: milliseconds with two decimals; `undefined` if there is none. */
export function roundedResponseTime({ last }: ComponentState): number | undefined {
  return last?.responseTimeMs === undefined ? undefined : toHundredths(last.responseTimeMs);
}

function toHundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** A probe's details override neither the board's own keys nor the prototype. */
function addDetails(json: ComponentJson, details: Record<string, JsonValue>): void {
  for (const key of Object.keys(details))
    if (!Object.hasOwn(json, key) && key !== '__proto__') json[key] = details[key];
}

/** Components with this interval or a shorter one have new details in every snapshot. */
const TICK_MS = 1000;

/**
 * The part of a component that is sent every second. The message of a healthy component is omitted because its details
 * hold the same as numbers; the details of components that are probed less often are omitted because they are sent with
 * each of their probes.
 */
export function tickJson(state: ComponentState, board: Pick<Board, 'get'>): ComponentJson {
  return build(state, board, state.status !== 'healthy', state.target.interval <= TICK_MS);
}

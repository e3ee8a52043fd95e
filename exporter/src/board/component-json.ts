/** A component as the JSON object of the reference system's stream; the HTTP API and Grafana Live carry the same. */
import type { JsonValue, Status } from '../probes/probe';
import type { Board } from './board';
import type { ComponentState } from './state';

export interface ComponentJson {
  status: Status;
  service: string;
  display_name: string;
  kind: string;
  type: string;
  response_time_ms?: number;
  message?: string;
  error?: string;
  version?: string;
  /** ISO 8601 UTC; absent before the first probe. */
  last_check?: string;
  since: string;
  flapping: boolean;
  [detail: string]: JsonValue | undefined;
}

/** A component as all outputs show it; what is absent or has its usual value is left out, because it travels often. */
export function componentJson(state: ComponentState, board: Pick<Board, 'get'>): ComponentJson {
  const { target, last } = state;
  const causes = consequenceOf(state, board);
  const known = {
    status: state.status,
    service: target.name,
    display_name: target.display_name,
    kind: target.kind,
    type: target.type,
    ...(last?.responseTimeMs !== undefined && { response_time_ms: Math.round(last.responseTimeMs * 100) / 100 }),
    ...(last?.message && { message: last.message }),
    ...(last?.error && { error: last.error }),
    ...(last?.version && { version: last.version }),
    ...(last && { last_check: new Date(last.startedAt).toISOString() }),
    since: new Date(state.since).toISOString(),
    flapping: state.flapping,
    ...(target.critical && { critical: true }),
    ...(state.maintenance && { maintenance: true }),
    ...(state.stale && { stale: true }),
    ...(causes.length > 0 && { consequence_of: causes }),
    ...(Object.keys(target.labels).length > 0 && { labels: target.labels }),
  };
  // once more at the end: a probe's details cannot override what the board says
  return { ...known, ...last?.details, ...known };
}

/** The components whose own failure explains that this one is down. */
export function consequenceOf(state: ComponentState, board: Pick<Board, 'get'>): string[] {
  if (state.status !== 'unhealthy') return [];
  return state.target.depends_on.filter((name) => board.get(name)?.status === 'unhealthy');
}

/** A component of this interval or below has new details in every snapshot. */
const TICK_MS = 1000;

/**
 * What of a component travels every second: of a healthy one no message, as its details say the same in numbers, and of one
 * that is probed less often no details, as they come with each of its probes.
 */
export function tickJson(state: ComponentState, board: Pick<Board, 'get'>): ComponentJson {
  const { target, last, status } = state;
  const brief = last && {
    ...last,
    ...(status === 'healthy' && { message: undefined }),
    ...(target.interval > TICK_MS && { details: undefined }),
  };
  return componentJson({ ...state, last: brief }, board);
}

/** All components by name, in the order of the configuration. */
export function snapshot(
  board: Pick<Board, 'get' | 'states'>,
  json: typeof componentJson = componentJson
): Record<string, ComponentJson> {
  return Object.fromEntries([...board.states()].map((state) => [state.target.name, json(state, board)]));
}

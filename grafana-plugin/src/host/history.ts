/** Asks a Prometheus data source what was before the panel opened: a Live query cannot be mixed with others in one panel. */
import { dateTime, type DataFrame, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { boardQueries, COMPONENT_METRIC } from '@onehertz/contract';
import type { HistoryAnswer } from '../board/read/queried';

export interface Question {
  /** Of who asks: Grafana gives up an earlier request of the same panel up to the same moment. */
  id: string;
  /** The uid of the data source. */
  source: string;
  /** Label matchers without braces. */
  matchers: string;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  timeZone: string;
}

export interface History extends HistoryAnswer {
  /** A sentence about what could not be had. */
  problem?: string;
}

/** How often who asks should ask again while nothing is pushed. */
export const ASK_EVERY_MS = 10_000;
/** In one answer, for each component. */
const MOST_POINTS = 300;
/** So much is asked by the second. */
const RECENT_MS = MOST_POINTS * 1000;
const DOWN = 'Down';

/**
 * @param withPast whether it is asked for what lies before the last minutes too: that does not change
 * @returns what the data source knows; what is wrong with it stands in `problem`
 */
export async function askHistory(question: Question, withPast: boolean): Promise<History> {
  const { to, from, matchers } = question;
  const queries = boardQueries(matchers);
  const recent = ask({ ...question, from: Math.max(from, to - RECENT_MS) }, 'History', queries);
  if (!withPast || to - from <= RECENT_MS) {
    return recent;
  }
  const past = ask(question, 'Past', [
    ...queries.filter(({ isRange }) => isRange),
    { refId: DOWN, expr: downSince(matchers), isRange: true },
  ]);
  const [now, before] = await Promise.all([recent, past]);
  return {
    ...now,
    frames: [...now.frames, ...before.frames],
    expressions: new Map([...now.expressions, ...before.expressions]),
    // what was down before a point lies in the bucket that ends with it
    pastOnly: new Map([...before.expressions.keys()].map((refId) => [refId, refId.endsWith(DOWN) ? 1 : 0])),
    problem: now.problem ?? before.problem,
  };
}

/** What was down at any time since the point before; nothing of what was not. */
function downSince(matchers: string): string {
  return `min_over_time(${COMPONENT_METRIC.up}{${matchers}}[$__interval]) == 0`;
}

async function ask(
  { id, source, from, to, timeZone }: Question,
  name: string,
  queries: ReturnType<typeof boardQueries>
): Promise<History> {
  const targets = queries.map(({ refId, expr, isRange }) => ({
    refId: `${name} ${refId}`,
    expr,
    range: isRange,
    instant: !isRange,
    datasource: { uid: source },
  }));
  const expressions = new Map(targets.map(({ refId, expr }) => [refId, expr]));
  const intervalMs = Math.max(1000, Math.ceil((to - from) / MOST_POINTS / 1000) * 1000);
  const [start, end] = [dateTime(from), dateTime(to)];
  const request: DataQueryRequest = {
    requestId: `onehertz-${name.toLowerCase()}-${id}-${to}`,
    app: 'panel-plugin',
    targets,
    range: { from: start, to: end, raw: { from: start, to: end } },
    interval: `${intervalMs / 1000}s`,
    intervalMs,
    maxDataPoints: MOST_POINTS,
    scopedVars: {},
    timezone: timeZone,
    startTime: Date.now(),
  };
  const answer = { expressions, to, everyMs: ASK_EVERY_MS };
  try {
    const { data, errors } = await lastOf((await getDataSourceSrv().get({ uid: source })).query(request));
    return { ...answer, frames: data as DataFrame[], problem: errors?.[0] && failed(source, errors[0].message) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...answer, frames: [], problem: failed(source, reason) };
  }
}

type Answer = ReturnType<Awaited<ReturnType<ReturnType<typeof getDataSourceSrv>['get']>>['query']>;

/** The whole answer of a data source that gives it piece by piece. */
function lastOf(answer: Answer): Promise<DataQueryResponse> {
  if (!('subscribe' in answer)) {
    return answer;
  }
  return new Promise((resolve, reject) => {
    const pieces = new Map<string, DataQueryResponse>();
    answer.subscribe({
      next: (piece) => void pieces.set(piece.key ?? '', piece),
      error: reject,
      complete: () =>
        resolve({
          data: [...pieces.values()].flatMap(({ data }) => data),
          errors: [...pieces.values()].flatMap(({ errors }) => errors ?? []),
        }),
    });
  });
}

function failed(source: string, reason = 'no reason given'): string {
  return `The history could not be asked of the data source "${source}": ${reason}. Choose another one in the panel option History from.`;
}

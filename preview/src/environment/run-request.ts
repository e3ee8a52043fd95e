/**
 * Runs one query request, as Grafana's public/app/features/query/state/runRequest.ts does: responses are merged by their
 * key, annotations are told from series, a slow answer shows as loading after 200 ms.
 */
import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  DataTopic,
  dateMath,
  LoadingState,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, from, map, merge, type Observable, of, share, takeUntil, timer } from 'rxjs';

const SHOW_LOADING_AFTER_MS = 200;

type QueryFunction = (request: DataQueryRequest) => ReturnType<DataSourceApi['query']>;

export function runRequest(
  dataSource: DataSourceApi,
  request: DataQueryRequest,
  queryFunction: QueryFunction = (wanted) => dataSource.query(wanted)
): Observable<PanelData> {
  const packets = new Map<string, DataQueryResponse>();
  let latest: PanelData = { state: LoadingState.Loading, series: [], request, timeRange: request.range };
  request.targets = request.targets.filter((target) => dataSource.filterQuery?.(target) ?? true);
  if (request.targets.length === 0) return of({ ...latest, state: LoadingState.Done });

  const responses = from(queryFunction(request)).pipe(
    map((packet) => {
      request.endTime = Date.now();
      packets.set(packet.key ?? (packet.data[0] as DataFrame | undefined)?.refId ?? 'A', packet);
      return (latest = panelData(request, packet, [...packets.values()]));
    }),
    catchError((error: unknown) =>
      of({ ...latest, state: LoadingState.Error, errors: [toDataQueryError(error as Error)] })
    ),
    share()
  );
  return merge(
    timer(SHOW_LOADING_AFTER_MS).pipe(
      map(() => latest),
      takeUntil(responses)
    ),
    responses
  );
}

function panelData(request: DataQueryRequest, latest: DataQueryResponse, packets: DataQueryResponse[]): PanelData {
  const frames = packets.flatMap(({ data }) => data as DataFrame[]);
  const isAnnotation = (frame: DataFrame) => frame.meta?.dataTopic === DataTopic.Annotations;
  const failed = packets.findLast(({ error, errors }) => error ?? errors?.length);
  const state = failed ? LoadingState.Error : (latest.state ?? LoadingState.Done);
  return {
    state,
    series: frames.filter((frame) => !isAnnotation(frame)),
    annotations: frames.filter(isAnnotation),
    error: failed?.error,
    errors: failed && (failed.errors ?? (failed.error ? [failed.error] : undefined)),
    request,
    timeRange: movingRange(request.range, state),
  };
}

/** A stream goes on after its request: a relative range is read anew with each packet. */
function movingRange(range: TimeRange, state: LoadingState): TimeRange {
  if (typeof range.raw.from !== 'string' || state !== LoadingState.Streaming) return range;
  return {
    ...range,
    from: dateMath.toDateTime(range.raw.from, { roundUp: false }) ?? range.from,
    to: dateMath.toDateTime(range.raw.to, { roundUp: true }) ?? range.to,
  };
}

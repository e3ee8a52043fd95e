/** The built-in data source "-- Grafana --": of its query types the preview has the Live measurements and snapshots. */
import {
  type DataFrameJSON,
  dataFrameFromJSON,
  type DataQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  isValidLiveChannelAddress,
  LoadingState,
  parseLiveChannelAddress,
  type StreamingFrameOptions,
} from '@grafana/data';
import { getGrafanaLiveSrv, getTemplateSrv, type LiveDataFilter } from '@grafana/runtime';
import { EMPTY, merge, type Observable, of, throwError } from 'rxjs';
import { dataSourceSettings, PreviewDataSource } from './settings';

interface GrafanaQuery extends DataQuery {
  channel?: string;
  filter?: LiveDataFilter;
  /** Milliseconds of history to keep. */
  buffer?: number;
  /** Frames that the query itself has. */
  snapshot?: DataFrameJSON[];
}

/** Default number of rows of history. */
const DEFAULT_ROWS = 500;

export class GrafanaDataSource extends PreviewDataSource<GrafanaQuery> {
  #queries = 0;

  constructor() {
    super(dataSourceSettings('datasource', 'grafana', '-- Grafana --'));
  }

  override query(request: DataQueryRequest<GrafanaQuery>): Observable<DataQueryResponse> {
    return merge(...request.targets.filter(({ hide }) => !hide).map((target) => this.#answer(target, request)));
  }

  #answer(target: GrafanaQuery, request: DataQueryRequest<GrafanaQuery>): Observable<DataQueryResponse> {
    if (target.queryType !== 'snapshot') return this.#measurements(target, request);
    return of({ data: (target.snapshot ?? []).map((frame) => dataFrameFromJSON(frame)), state: LoadingState.Done });
  }

  #measurements(target: GrafanaQuery, request: DataQueryRequest<GrafanaQuery>): Observable<DataQueryResponse> {
    if (target.queryType !== 'measurements') {
      return throwError(
        () =>
          new Error(
            `the preview has no query type "${target.queryType}" of -- Grafana --, only "measurements" and "snapshot"`
          )
      );
    }
    const channel = getTemplateSrv().replace(target.channel, request.scopedVars);
    const addr = parseLiveChannelAddress(channel);
    // as Grafana does: nothing is said of what is no channel
    if (!addr || !isValidLiveChannelAddress(addr)) return EMPTY;
    return getGrafanaLiveSrv().getDataStream({
      key: `${request.requestId}.${this.#queries++}`,
      addr,
      filter: target.filter,
      buffer: bufferOf(target, request),
    });
  }
}

/** How much history Grafana keeps for a query. */
function bufferOf(
  target: GrafanaQuery,
  { maxDataPoints = DEFAULT_ROWS, range, rangeRaw }: DataQueryRequest
): Partial<StreamingFrameOptions> {
  if (target.buffer) return { maxLength: maxDataPoints * 2, maxDelta: target.buffer };
  if (rangeRaw?.to === 'now') return { maxLength: maxDataPoints, maxDelta: range.to.valueOf() - range.from.valueOf() };
  return { maxLength: maxDataPoints };
}

/** The built-in data source "-- Grafana --"; only its query type for Live measurements is supported. */
import {
  type DataQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  isValidLiveChannelAddress,
  parseLiveChannelAddress,
  type StreamingFrameOptions,
} from '@grafana/data';
import { getGrafanaLiveSrv, getTemplateSrv, type LiveDataFilter } from '@grafana/runtime';
import { merge, type Observable, throwError } from 'rxjs';
import { dataSourceSettings, PreviewDataSource } from './settings';

interface GrafanaQuery extends DataQuery {
  channel?: string;
  filter?: LiveDataFilter;
  /** Milliseconds of history to keep. */
  buffer?: number;
}

/** Default number of rows of history. */
const DEFAULT_ROWS = 500;

export class GrafanaDataSource extends PreviewDataSource<GrafanaQuery> {
  #queries = 0;

  constructor() {
    super(dataSourceSettings('datasource', 'grafana', '-- Grafana --'));
  }

  override query(request: DataQueryRequest<GrafanaQuery>): Observable<DataQueryResponse> {
    return merge(...request.targets.filter(({ hide }) => !hide).map((target) => this.#measurements(target, request)));
  }

  #measurements(target: GrafanaQuery, request: DataQueryRequest<GrafanaQuery>): Observable<DataQueryResponse> {
    if (target.queryType !== 'measurements') {
      return throwError(
        () => new Error(`the preview has no query type "${target.queryType}" of -- Grafana --, only "measurements"`)
      );
    }
    const channel = getTemplateSrv().replace(target.channel, request.scopedVars);
    const addr = parseLiveChannelAddress(channel);
    if (!addr || !isValidLiveChannelAddress(addr)) {
      return throwError(() => new Error(`"${channel}" is no Live channel; expected stream/<id>/<measurement>`));
    }
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

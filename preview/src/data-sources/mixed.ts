/** "-- Mixed --": several data sources in one panel, with the same limitation as Grafana's. */
import { type DataQuery, type DataQueryRequest, type DataQueryResponse, LoadingState } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { groupBy } from 'lodash';
import { forkJoin, from, map, mergeAll, mergeMap, type Observable, of, throwError, toArray } from 'rxjs';
import { dataSourceSettings, PreviewDataSource } from './settings';

export class MixedDataSource extends PreviewDataSource {
  constructor() {
    super(dataSourceSettings('mixed', '-- Mixed --', '-- Mixed --'));
  }

  /**
   * Grafana's waits until each query has ended, which a Live query never does, so its panel stays empty. This reports
   * an error instead.
   */
  override query(request: DataQueryRequest): Observable<DataQueryResponse> {
    const groups = Object.values(groupBy(request.targets, ({ datasource }) => datasource?.uid));
    if (request.targets.some(isLive)) {
      return throwError(
        () =>
          new Error(
            'Grafana cannot mix a Live query with other data sources in one panel (grafana/grafana#113806): nothing is ever shown'
          )
      );
    }
    const answers = groups.map((targets, index) =>
      from(getDataSourceSrv().get(targets[0]?.datasource, request.scopedVars)).pipe(
        mergeMap((dataSource) =>
          from(dataSource.query({ ...request, targets, requestId: `mixed-${index}-${request.requestId}` }))
        ),
        map((response) => ({ ...response, key: `mixed-${index}-${response.key ?? ''}`, state: LoadingState.Loading })),
        toArray()
      )
    );
    if (answers.length === 0) return of({ data: [] });
    return forkJoin(answers).pipe(
      map((responses) => {
        const flat = responses.flat();
        return flat.map((response, index) =>
          index === flat.length - 1 ? { ...response, state: LoadingState.Done } : response
        );
      }),
      mergeAll()
    );
  }
}

function isLive({ datasource, queryType }: DataQuery): boolean {
  return datasource?.uid === 'grafana' && queryType === 'measurements';
}

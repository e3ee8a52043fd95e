/** What comes while the page is hidden. */
import { defer, filter, fromEvent, map, merge, type Observable, tap } from 'rxjs';

/**
 * As in Grafana's frontend (LiveDataStream.ts, liveTimer.ts): a page that is hidden is given nothing, and all of it in one when it is seen
 * again; until then it is kept.
 */
export const inBatches = <T>(source: Observable<T>): Observable<T[]> =>
  defer(() => {
    let kept: T[] = [];
    return merge(source.pipe(tap((value) => kept.push(value))), fromEvent(document, 'visibilitychange')).pipe(
      filter(() => !document.hidden && kept.length > 0),
      map(() => {
        const batch = kept;
        kept = [];
        return batch;
      })
    );
  });

/** The exporter's pushes, in their order: components and summary at each tick, events as they happen. */
import { concatMap, filter, map, merge, mergeMap, type Observable, tap } from 'rxjs';
import { ROWS_UP_TO } from '../../../exporter/src/outputs/grafana-live/lines/compact-row';
import { changeTime } from '../../../exporter/src/outputs/grafana-live/lines/row-time';
import { createBoardLines } from './board-lines';
import { createCompletion } from './completion';
import type { Envelope, StreamComponent } from './envelope';
import type { ExporterApi } from './exporter-api';
import type { Line } from './labels-column';
import { componentLine, eventLine, type StaticFacts, summaryLines, type Transition } from './measurements';
import type { StreamClient } from './stream-client';

export interface Measurement {
  name: 'components' | 'board' | 'summary' | 'events';
  lines: Line[];
}

/** How far back the transitions are asked for that a message speaks of. */
const LOOK_BACK_MS = 10_000;

export function measurementStream({ envelopes, state }: StreamClient, api: ExporterApi): Observable<Measurement> {
  const facts = createFactsKeeper(api);
  const completion = createCompletion();
  const known = new Map<string, StreamComponent>();
  const boards = createBoardLines();
  let compact = false;
  let lastTick = -Infinity;
  let lastId = 0;

  const ofBoard = envelopes.pipe(
    tap((envelope) => completion.learn(envelope)),
    // one after the other: no message must overtake the one before
    concatMap(async (envelope) => ({ envelope, facts: await facts.of(componentsIn(envelope)) })),
    mergeMap(({ envelope, facts: current }): Measurement[] => {
      const isTick = envelope.event === 'system:comprehensive_health';
      const components = componentsIn(envelope)
        .filter(({ service, status }) => isTick || known.get(service)?.status !== status)
        .map((component) => completion.complete(component));
      for (const component of components) known.set(component.service, component);
      // the snapshot for a newcomer comes between two seconds
      if (isTick) lastTick = Math.floor(envelope.at / 1000) * 1000;
      const at = isTick ? lastTick : changeTime(envelope.at, lastTick);
      if (isTick) compact = components.length > ROWS_UP_TO;
      const board = compact
        ? {
            name: 'board' as const,
            lines: isTick ? boards.tick(components, current, at) : boards.changes(components, current, at),
          }
        : {
            name: 'components' as const,
            lines: components.map((each) => componentLine(each, current.get(each.service), at)),
          };
      return [
        ...(board.lines.length > 0 ? [board] : []),
        ...(isTick ? [{ name: 'summary' as const, lines: summaryLines(components, at) }] : []),
      ];
    })
  );

  const news = (transitions: Transition[]): Measurement[] => {
    const unseen = transitions.filter(({ id }) => id > lastId);
    lastId = unseen.at(-1)?.id ?? lastId;
    return unseen.length === 0
      ? []
      : [{ name: 'events', lines: unseen.map((each) => eventLine(each, known.get(each.component))) }];
  };
  const changes = envelopes.pipe(
    filter(({ event }) => event !== 'system:comprehensive_health'),
    concatMap(({ at }) => api.readTransitions(at - LOOK_BACK_MS).catch(() => [])),
    mergeMap(news)
  );
  // Grafana keeps the last push of a channel for newcomers, which a page is after each reconnection
  const last = state.pipe(
    filter(({ connected }) => connected),
    concatMap(() => api.readTransitions(0).catch(() => [])),
    map((transitions) => {
      // an exporter that started anew counts from one again
      const newest = transitions.at(-1)?.id ?? 0;
      if (newest < lastId) lastId = Math.max(0, newest - 1);
      return transitions.slice(-1);
    }),
    mergeMap(news)
  );
  return merge(ofBoard, changes, last);
}

function componentsIn(envelope: Envelope): readonly StreamComponent[] {
  return 'component' in envelope ? [envelope.component] : envelope.components;
}

interface FactsKeeper {
  /** Asks again when there is a component that it has not heard of. */
  of(components: readonly StreamComponent[]): Promise<Map<string, StaticFacts>>;
}

function createFactsKeeper({ readStaticFacts }: ExporterApi): FactsKeeper {
  let facts = new Map<string, StaticFacts>();
  return {
    async of(components) {
      if (components.some(({ service }) => !facts.has(service))) facts = await readStaticFacts().catch(() => facts);
      return facts;
    },
  };
}

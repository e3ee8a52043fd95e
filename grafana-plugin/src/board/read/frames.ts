/** Passes each frame to the reader for its form, and keeps that reader's state. */
import type { DataFrame } from '@grafana/data';
import type { Channel, Component } from '../component';
import type { Registry } from '../registry';
import { isEvents, isSummary, readEvents, type EventsState } from './events';
import { createHistoryState, isHistory, readHistoryFrame, type HistoryState } from './history-row';
import { createBoardState, isLiveBoard, readLiveBoard, type BoardState } from './live-board';
import { createRowsState, isLiveRows, readLiveRows, type RowsState } from './live-rows';
import { createWideState, hasLostLabels, isLiveWide, readLiveWide, type WideState } from './live-wide';
import { isPrometheus, readPrometheus, type Expressions } from './prometheus';
import { notePusher, severalPushers, type Pushers } from './pushers';
import { createQueriedJudge, type HistoryAnswer } from './queried';
import type { Reading } from './reading';

export interface FrameReader {
  /** Reads what is new. @returns sentences about what could not be read */
  read(series: readonly DataFrame[], expressions: Expressions, moment: Moment): Set<string>;
  /** Time of the newest data of a source, see {@link Component.sources}; -Infinity if it has none. */
  newestOf(source: string): number;
}

export interface Moment {
  /** Milliseconds since the epoch. */
  now: number;
  /** Rows after this are not to be read; Infinity if the board is not of the past. */
  until: number;
  /** Nothing lay between this reading and the one before: what is new has just come. */
  isWatching: boolean;
  /** The answer to the panel's own question, whose frames are among the others. */
  history?: HistoryAnswer;
}

/** What is remembered of the frame at one place of the series. */
interface FrameState {
  refId: string | undefined;
  place: number;
  kind: 'board' | 'history' | 'wide' | 'rows' | 'queried' | 'events' | 'summary';
  board: BoardState;
  history: HistoryState;
  wide: WideState;
  rows: RowsState;
  events: EventsState;
  /** Identifies an unchanged streaming frame, whose fields are new objects at every tick. */
  fieldCount: number;
  labels: unknown;
  /** The columns of a frame that is not streamed, to detect a new response. */
  columns: unknown[];
  /** By how much the last rows were older than the clock says when they came, in milliseconds. */
  lags: number[];
  pushers: Pushers;
  channel: Channel;
  problems: Set<string>;
}

/** Odd, so that one row in the middle is as late as most. */
const REMEMBERED_LAGS = 5;
/** From the exporter to the page, as compose.ts allows for it. */
const WAY_MS = 500;

export function createFrameReader(identity: readonly string[], registry: Registry): FrameReader {
  const states: FrameState[] = [];
  const newest = new Map<string, number>();
  const judgeQueried = createQueriedJudge(instanceOf);

  function stateOf(frame: DataFrame, index: number): FrameState {
    const state = states[index];
    if (state && state.refId === frame.refId && state.kind !== 'queried' && sameShape(frame, state)) {
      return state;
    }
    if (state && state.refId === frame.refId && state.kind === 'wide' && hasLostLabels(frame, state.wide)) {
      return state;
    }
    // fast path: most frames are unchanged
    if (state && state.refId === frame.refId && state.kind === 'queried' && sameColumns(frame, state)) {
      return state;
    }
    const kind = kindOf(frame, identity);
    if (state && state.refId === frame.refId && state.kind === kind) {
      state.fieldCount = frame.fields.length;
      state.labels = frame.fields[1]?.labels;
      return state;
    }
    return (states[index] = {
      refId: frame.refId,
      place: index,
      kind,
      board: createBoardState(),
      history: createHistoryState(),
      wide: createWideState(),
      rows: createRowsState(),
      events: {},
      fieldCount: frame.fields.length,
      labels: frame.fields[1]?.labels,
      columns: [],
      lags: [],
      pushers: new Map(),
      channel: {},
      problems: new Set(),
    });
  }

  return {
    newestOf: (source) => newest.get(source) ?? -Infinity,
    read(series, expressions, { now, until, isWatching, history }) {
      const sentences = new Set<string>();
      const liveSeen = new Set<Component>();
      const queried = new Map<Component, HistoryAnswer | undefined>();
      const seriesSeen = new Set<string>();
      let state: FrameState | undefined;
      const reading: Reading = {
        now,
        until,
        arrived(before, mark) {
          if (state && isWatching && before && mark && mark.lastTime !== before.lastTime) {
            state.lags = [...state.lags, now - mark.lastTime].slice(-REMEMBERED_LAGS);
          }
        },
        trueAt: (time) => Math.min(now, time + (state ? usualLag(state.lags) : 0)),
        pushedBy(exporter, exporterUrl) {
          if (state && exporter !== undefined) {
            notePusher(state.pushers, exporter, now);
            state.channel.exporterUrl = exporterUrl;
          }
        },
        problem: (sentence) => void state?.problems.add(sentence),
        clearProblems: () => state?.problems.clear(),
        firstLive: (component) => !liveSeen.has(component),
        pastOnly: (refId) => history?.pastOnly?.get(refId ?? ''),
        firstSeries: (key) => seriesSeen.size < seriesSeen.add(key).size,
        touched(component) {
          registry.restore(component);
          const freshAt = (state?.kind === 'queried' ? component.past : component.live)?.freshAt ?? -Infinity;
          const source = sourceOf(component, state);
          newest.set(source, Math.max(newest.get(source) ?? -Infinity, freshAt));
          (component.subject ?? component).sources.add(source);
          if (state?.kind === 'queried') {
            const isHistory = history?.expressions.has(state.refId ?? '');
            queried.set(component, isHistory ? history : queried.get(component));
          } else {
            if (component.live) {
              component.live.channel = state?.channel;
            }
            liveSeen.add(component);
          }
        },
      };
      const readOne = (frame: DataFrame, index: number) => {
        try {
          state = stateOf(frame, index);
          readFrame(frame, state, expressions, registry, reading);
        } catch (error) {
          sentences.add(`A frame could not be read: ${error instanceof Error ? error.message : String(error)}.`);
        }
        state?.problems.forEach((sentence) => sentences.add(sentence));
        const several = state && severalPushers(state.pushers, now);
        if (several) {
          sentences.add(several);
        }
      };
      const frames = series.filter((frame) => Array.isArray(frame?.fields));
      // these refer to components that must be known first
      const isSecond = (frame: DataFrame) => isEvents(frame) || isHistory(frame);
      frames.forEach((frame, index) => isSecond(frame) || readOne(frame, index));
      frames.forEach((frame, index) => isSecond(frame) && readOne(frame, index));
      states.length = series.length;
      judgeQueried(queried, now);
      return sentences;
    },
  };
}

/** What most rows have: how far the clocks are apart. One row that is dated wrongly does not count, nor does the way to the page. */
function usualLag(lags: readonly number[]): number {
  const lag = lags.length === 0 ? 0 : [...lags].sort((a, b) => a - b)[Math.floor(lags.length / 2)];
  return Math.abs(lag) <= WAY_MS ? 0 : lag;
}

/** A channel is one exporter's; of Prometheus' series each says which instance it is from. */
function sourceOf(component: Component, state: FrameState | undefined): string {
  return state?.kind === 'queried' ? instanceOf(component) : `channel ${state?.refId ?? ''} ${state?.place ?? ''}`;
}

function instanceOf({ labels }: Component): string {
  return `instance ${labels.instance ?? ''}`;
}

function kindOf(frame: DataFrame, identity: readonly string[]): FrameState['kind'] {
  if (isSummary(frame)) {
    return 'summary';
  }
  if (isEvents(frame)) {
    return 'events';
  }
  if (isLiveBoard(frame)) {
    return 'board';
  }
  if (isHistory(frame)) {
    return 'history';
  }
  if (isLiveWide(frame)) {
    return 'wide';
  }
  return isLiveRows(frame, identity) ? 'rows' : 'queried';
}

function sameShape({ fields }: DataFrame, { fieldCount, labels }: FrameState): boolean {
  return fields.length === fieldCount && fields[1]?.labels === labels;
}

function sameColumns({ fields }: DataFrame, { columns }: FrameState): boolean {
  if (fields.length !== columns.length) {
    return false;
  }
  for (let i = 0; i < fields.length; i++) {
    if (fields[i].values !== columns[i]) {
      return false;
    }
  }
  return true;
}

function readFrame(
  frame: DataFrame,
  state: FrameState,
  expressions: Expressions,
  registry: Registry,
  reading: Reading
): void {
  switch (state.kind) {
    case 'board':
      return readLiveBoard(frame, state.board, registry, reading);
    case 'history':
      return readHistoryFrame(frame, state.history, registry, reading);
    case 'wide':
      return readLiveWide(frame, state.wide, registry, reading);
    case 'rows':
      return readLiveRows(frame, state.rows, registry, reading);
    case 'events':
      return readEvents(frame, state.events, registry);
    case 'summary':
      return;
    case 'queried':
      if (!sameColumns(frame, state)) {
        state.columns = frame.fields.map(({ values }) => values);
        reading.clearProblems();
        readQueried(frame, expressions, registry, reading);
      }
  }
}

function readQueried(frame: DataFrame, expressions: Expressions, registry: Registry, reading: Reading): void {
  if (isPrometheus(frame)) {
    readPrometheus(frame, expressions, registry, reading);
  } else if (frame.length > 0) {
    const which = frame.refId ? `Query ${frame.refId}` : 'A query';
    reading.problem(
      `${which} returns no numbers and no columns of a status board. Ask for the stream or for component_… metrics.`
    );
  }
}

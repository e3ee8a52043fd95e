/** The messages of the stream: envelopes identical to the reference system's, and the delta form of its snapshot. */
import { isObject, STREAM_EVENT, type Envelope } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { bareJson, componentJson } from '../../board/component-json';
import { boardHeadline } from '../../board/headline';
import type { ComponentState } from '../../board/state';

/** What a snapshot says beside the components, in both of its forms. */
export interface SnapshotHead {
  /** In milliseconds since the epoch. */
  at: number;
  /** As JSON with its key; empty if it cannot be written. */
  headline: string;
  /** See {@link Envelope}. */
  lateMs: number | undefined;
}

/** @param at in milliseconds since the epoch */
export function snapshotHead(board: Board, at: number): SnapshotHead {
  const headline = board.guard('', 'stream', () => `"headline":${JSON.stringify(boardHeadline(board, at))},`, '');
  return { at, headline, lateMs: board.lateMs };
}

/**
 * `system:comprehensive_health` from components that are already text: `"redis":{…}`. In the delta form `data.delta` is
 * true and each component is a JSON Merge Patch (RFC 7386) relative to the previous snapshot; the headline is whole in both.
 */
export function comprehensiveHealthText(
  components: readonly string[],
  { at, headline, lateMs }: SnapshotHead,
  delta: boolean
): string {
  const data = `{${delta ? '"delta":true,' : ''}${headline}"components":{${components.join(',')}}}`;
  return `{"event":"${STREAM_EVENT.snapshot}","timestamp":"${iso(at)}",${lateMs === undefined ? '' : `"late_ms":${lateMs},`}"data":${data}}`;
}

export function serviceHealth(state: ComponentState, board: Board, at: number): Envelope<typeof STREAM_EVENT.change> {
  return {
    event: STREAM_EVENT.change,
    timestamp: iso(at),
    data: board.guard(state.target.name, 'stream', () => componentJson(state, board), bareJson(state)),
  };
}

export function websdrsHealth(board: Board, at: number): Envelope<typeof STREAM_EVENT.receivers> {
  const receivers = [...board.states()].filter(isReceiver);
  const health_status = Object.fromEntries(
    receivers.map((state) => [
      state.target.name,
      board.guard(state.target.name, 'stream', () => componentJson(state, board), bareJson(state)),
    ])
  );
  return { event: STREAM_EVENT.receivers, timestamp: iso(at), data: { health_status } };
}

/** Receivers have their own event, which contains all of them. */
export function isReceiver({ target }: ComponentState): boolean {
  return target.probe === 'websdr';
}

type Json = Readonly<Record<string, unknown>>;

/** The JSON Merge Patch (RFC 7386) from `before` to `after`; `undefined` if they are equal. */
export function mergePatch(before: Json, after: Json): Record<string, unknown> | undefined {
  let patch: Record<string, unknown> | undefined;
  for (const key in after) {
    const value = after[key];
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (value === old) continue;
    // patches merge objects instead of replacing them
    const change =
      isObject(value) && isObject(old) ? mergePatch(old, value) : sameArray(old, value) ? undefined : value;
    if (change !== undefined) (patch ??= {})[key] = change;
  }
  for (const key in before) if (!Object.hasOwn(after, key)) (patch ??= {})[key] = null;
  return patch;
}

function sameArray(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

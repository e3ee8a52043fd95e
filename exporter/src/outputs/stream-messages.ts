/** The messages of the stream: the reference system's envelopes, word for word, and the delta form of its snapshot. */
import type { Board } from '../board/board';
import { componentJson, snapshot, type ComponentJson } from '../board/component-json';
import type { ComponentState } from '../board/state';

/** What `?events=` can name. */
export const STREAM_EVENTS = ['system:comprehensive_health', 'service:health', 'websdrs:health'] as const;
export type StreamEvent = (typeof STREAM_EVENTS)[number];

export interface Envelope<Data> {
  event: StreamEvent;
  /** ISO 8601 UTC. */
  timestamp: string;
  data: Data;
}

export type Components = Record<string, ComponentJson>;
export type MergePatch = Record<string, Record<string, unknown> | null>;

export function comprehensiveHealth(components: Components, at: number): Envelope<{ components: Components }> {
  return { event: 'system:comprehensive_health', timestamp: iso(at), data: { components } };
}

/** The delta form: `data.delta` is true and `data.components` a JSON Merge Patch (RFC 7386) of the snapshot before. */
export function comprehensiveHealthDelta(
  patch: MergePatch,
  at: number
): Envelope<{ delta: true; components: MergePatch }> {
  return { event: 'system:comprehensive_health', timestamp: iso(at), data: { delta: true, components: patch } };
}

export function serviceHealth(state: ComponentState, board: Board, at: number): Envelope<ComponentJson> {
  return { event: 'service:health', timestamp: iso(at), data: componentJson(state, board) };
}

export function websdrsHealth(board: Board, at: number): Envelope<{ health_status: Components }> {
  const receivers = Object.entries(snapshot(board)).filter(([name]) => isReceiver(board.get(name)));
  return { event: 'websdrs:health', timestamp: iso(at), data: { health_status: Object.fromEntries(receivers) } };
}

/** Receivers have an event of their own, with all of them in it. */
export function isReceiver(state: ComponentState | undefined): boolean {
  return state?.target.probe === 'websdr';
}

/** What has to change in `before` to become `after`, as a JSON Merge Patch (RFC 7386), two levels deep. */
export function mergePatch(before: Components, after: Components): MergePatch {
  const patch: MergePatch = {};
  for (const [name, component] of Object.entries(after)) {
    const old: Record<string, unknown> = before[name] ?? {};
    const changes: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(component)) if (!same(old[key], value)) changes[key] = value;
    for (const key of Object.keys(old)) if (!(key in component)) changes[key] = null;
    if (Object.keys(changes).length > 0) patch[name] = changes;
  }
  for (const name of Object.keys(before)) if (!(name in after)) patch[name] = null;
  return patch;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

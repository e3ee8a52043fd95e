/** One component as the panel shows it. The board writes it, everybody else reads. */
import type { JsonObject, Status } from '@onehertz/contract';
import type { Layers, HistoryShape } from './history';

/** What one source (the live stream, or queries of the past) says of a component. Times are milliseconds since the epoch. */
export interface Facts {
  /** Time of the newest sample; -Infinity before the first. */
  at: number;
  /** The same, but not later than when it was read: a clock that is ahead must not make data look fresh for longer. */
  freshAt: number;
  /** Usual time between two samples in milliseconds; 0 while it cannot be known. */
  interval: number;
  status?: Status;
  up?: boolean;
  responseTimeMs?: number;
  /** Time of the sample of the response time, where it has one of its own. */
  responseAt?: number;
  message?: string;
  error?: string;
  since?: number;
  /** Since when it has been up, or down, if that is not `since`. */
  standingSince?: number;
  /** Nobody saw it begin. */
  sinceAtLeast?: boolean;
  version?: string;
  displayName?: string;
  flapping?: boolean;
  critical?: boolean;
  maintenance?: boolean;
  lastCheck?: number;
  statusChanges?: number;
  dependsOn?: string[];
  consequenceOf?: string[];
  dependsOnDown?: string[];
  /** For how long in the last second the exporter that says this could not read answers, if it is late. Milliseconds. */
  exporterLateMs?: number;
  /** Everything else that is known, by name. */
  details: JsonObject;
  /** A sentence about what could not be read. */
  problem?: string;
}

export function emptyFacts(): Facts {
  return { at: -Infinity, freshAt: -Infinity, interval: 0, details: {} };
}

/** Why a status changed, as far as the stream said so. */
export interface Note {
  at: number;
  to: Status;
  text: string;
}

/** `agree` of `of` vantage points. */
export interface Agreement {
  agree: number;
  of: number;
}

export interface Component {
  /** Identity: the values of the labels that name it. */
  readonly key: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  kind: string;
  type: string;

  /** What is shown: `unknown` while the data is stale. */
  status: Status;
  /** What the newest data says, however old it is. */
  reported: Status;
  /** The newest data is older than it may be. */
  stale: boolean;
  /** Time of the newest data in milliseconds since the epoch. */
  at: number;
  displayName: string;
  responseTimeMs?: number;
  message?: string;
  error?: string;
  version?: string;
  since?: number;
  /** Since when it has been up, or down, whatever its status was meanwhile; `undefined`: `since`. */
  standingSince?: number;
  /** Nobody saw it begin: it may have been so for longer. */
  sinceAtLeast: boolean;
  lastCheck?: number;
  statusChanges?: number;
  flapping: boolean;
  critical: boolean;
  maintenance: boolean;
  dependsOn: string[];
  consequenceOf: string[];
  /** Other components that it depends on and that are down. */
  dependsOnDown: string[];
  details: JsonObject;

  /** Where its data came from: each is as much as one exporter knows. */
  readonly sources: Set<string>;
  live?: Facts;
  past?: Facts;
  readonly layers: Layers;
  readonly notes: Note[];
  /** If several vantage points watch it: what each of them says, by its name. The component itself is what most of them say. */
  vantages?: Map<string, Component>;
  /** How many of the vantage points say so, up or down. */
  agreement?: Agreement;
  /** On the word of one vantage point: the component that it is about. */
  subject?: Component;
  /** Grows when something changed that is drawn, except the response time and the history, which change with every tick. */
  revision: number;
}

export function createComponent(key: string, name: string, shape: HistoryShape): Component {
  return {
    key,
    name,
    labels: {},
    kind: '',
    type: '',
    status: 'unknown',
    reported: 'unknown',
    stale: false,
    at: -Infinity,
    displayName: name,
    flapping: false,
    critical: false,
    maintenance: false,
    dependsOn: NOTHING,
    consequenceOf: NOTHING,
    dependsOnDown: NOTHING,
    sinceAtLeast: false,
    sources: new Set(),
    details: {},
    layers: { shape },
    notes: [],
    revision: 0,
  };
}

const NOTHING: string[] = [];
const MAX_NOTES = 50;

/** Remembers why a status changed. What was read before may be read again. */
export function addNote(component: Component, note: Note): void {
  if (component.notes.some(({ at, to }) => at === note.at && to === note.to)) {
    return;
  }
  component.notes.push(note);
  if (component.notes.length > MAX_NOTES) {
    component.notes.shift();
  }
}

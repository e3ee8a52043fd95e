/** A component as shown by the panel. Only the board modifies it. */
import type { AskedFacts, JsonObject, Run, SilenceFacts, Status } from '@onehertz/contract';
import type { Layers, HistoryShape } from './history';

/** A channel of the stream, which is one exporter's. */
export interface Channel {
  /** Where a browser reaches the exporter; `undefined` if it takes no requests from there. Of each tick, one row has it. */
  exporterUrl?: string;
}

/** What one source (the live stream, or queries) reports about a component. Times are milliseconds since the epoch. */
export interface Facts {
  /** Time of the newest sample; -Infinity before the first. */
  at: number;
  /** The same, limited to the time when it was read: a clock that is ahead must not make data look fresh for longer. */
  freshAt: number;
  /** Usual time between two samples in milliseconds; 0 if unknown. */
  interval: number;
  /** It was asked for what came later, and there was nothing. */
  hasEnded?: boolean;
  /** When its exporter last probed anything, as far as queries tell, by the exporter's clock. */
  exporterAliveAt?: number;
  status?: Status;
  up?: boolean;
  responseTimeMs?: number;
  /** Time of the response time sample, if it has its own. */
  responseAt?: number;
  message?: string;
  error?: string;
  since?: number;
  /** Since when it has been up, or down, if not `since`. */
  standingSince?: number;
  /** The beginning was not observed. */
  sinceAtLeast?: boolean;
  version?: string;
  displayName?: string;
  flapping?: boolean;
  critical?: boolean;
  maintenance?: boolean;
  asked?: AskedFacts;
  silence?: SilenceFacts;
  links?: Record<string, string>;
  lastCheck?: number;
  statusChanges?: number;
  dependsOn?: string[];
  consequenceOf?: string[];
  dependsOnDown?: string[];
  /** How long within the last second the exporter could not read responses, if it is late. Milliseconds. */
  exporterLateMs?: number;
  /** Which exporter said so, if the row names it. */
  exporter?: string;
  /** Where a browser reaches that exporter, if the row names it. */
  exporterUrl?: string;
  /** The channel that the newest row came by. */
  channel?: Channel;
  /** All other values by name. */
  details: JsonObject;
  /** A sentence about what could not be read. */
  problem?: string;
}

export function emptyFacts(): Facts {
  return { at: -Infinity, freshAt: -Infinity, interval: 0, details: {} };
}

/** What the exporter remembered of a component when the panel opened, or somewhat later. */
export interface Recent {
  /** The last second of `runs`, since the epoch. */
  until: number;
  /** Oldest first. */
  runs: readonly Run[];
}

/** The reason of a status change, if the stream reported it. */
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
  /** Identity: the values of the identifying labels. */
  readonly key: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  kind: string;
  type: string;

  /** The displayed status: `unknown` while the data is stale. */
  status: Status;
  /** The status in the newest data, of any age. */
  reported: Status;
  /** Whether the newest data is too old. */
  stale: boolean;
  /** Time of the newest data in milliseconds since the epoch. */
  at: number;
  displayName: string;
  responseTimeMs?: number;
  message?: string;
  error?: string;
  version?: string;
  since?: number;
  /** Since when it has been up, or down, whatever its status in between; `undefined`: `since`. */
  standingSince?: number;
  /** The beginning was not observed: it may be earlier. */
  sinceAtLeast: boolean;
  lastCheck?: number;
  statusChanges?: number;
  flapping: boolean;
  critical: boolean;
  maintenance: boolean;
  /** Of maintenance that somebody asked for. */
  asked?: AskedFacts;
  /** Of Alertmanager, for alerts of it. */
  silence?: SilenceFacts;
  /** Where a browser may ask its exporter for maintenance; `undefined` if that is not known, or the newest data is not live. */
  exporterUrl?: string;
  /** Addresses of pages about it, by their names. */
  links?: Record<string, string>;
  dependsOn: string[];
  consequenceOf: string[];
  /** Other dependencies that are down. */
  dependsOnDown: string[];
  /** The names for people of its dependencies that are on the board, by name. */
  dependencyNames?: ReadonlyMap<string, string>;
  /** The names for people of what depends on it. */
  neededBy?: string[];
  details: JsonObject;

  /** The origins of its data; each stands for one exporter. */
  readonly sources: Set<string>;
  live?: Facts;
  past?: Facts;
  readonly layers: Layers;
  recent?: Recent;
  readonly notes: Note[];
  /** The reports of several vantage points by name, if any. The component itself has the majority's status. */
  vantages?: Map<string, Component>;
  /** How many vantage points agree on up or down. */
  agreement?: Agreement;
  /** For the report of one vantage point: the component itself. */
  subject?: Component;
  /**
   * Increases when anything visible changed, except the response time and the history, which change with every tick.
   */
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

/** Records the reason of a status change; reading the same one again has no effect. */
export function addNote(component: Component, note: Note): void {
  if (component.notes.some(({ at, to }) => at === note.at && to === note.to)) {
    return;
  }
  component.notes.push(note);
  if (component.notes.length > MAX_NOTES) {
    component.notes.shift();
  }
}

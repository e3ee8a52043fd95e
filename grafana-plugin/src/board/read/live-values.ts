/** Applies one live row to the facts and history of its component. Shared by all forms of live rows. */
import {
  parseStatus,
  RANK,
  readDetails,
  readTime,
  readUp,
  STATUSES,
  type LiveField,
  type ReadDetails,
  type Run,
  type Status,
} from '@onehertz/contract';
import { addNote, emptyFacts, type Component, type Facts, type Recent } from '../component';
import { addRank, addResponseTime, createHistory, type History } from '../history';
import { keep } from '../keep';
import type { Registry } from '../registry';
import type { Reading } from './reading';

/** The values of one row; a field that was not queried is `undefined` in every row. */
export type LiveRow = Partial<Record<LiveField, unknown>>;

/** State of the last row, so that unchanged `details` are not parsed again. */
interface LiveFacts extends Facts {
  detailsText?: string;
  fromDetails?: ReadDetails;
  statusProblem?: string;
  detailsProblem?: string;
  /** Recent distances between rows in milliseconds; the shortest one is the interval. */
  gaps: number[];
}

const ALL_STATUSES = `${STATUSES.slice(0, -1).join(', ')} and ${STATUSES.at(-1)}`;
/** Rows with shorter distances are immediate changes rather than ticks. */
const SHORTEST_TICK_MS = 900;
const REMEMBERED_GAPS = 3;
/** Smaller numbers in `since_ms` are durations, larger ones times. */
const LONGEST_DURATION_MS = 1e11;

function liveFacts(component: Component): LiveFacts {
  return (component.live ??= { ...emptyFacts(), gaps: [] } as LiveFacts) as LiveFacts;
}

/** Discards live data, so that the same rows can be read again. */
export function forgetLive(component: Component): void {
  component.live = undefined;
  component.layers.live = undefined;
}

/** The status in a row; `undefined` if it has none. */
export function rowStatus(status: unknown, up: unknown): Status | undefined {
  return parseStatus(status) ?? statusOfUp(up);
}

function statusOfUp(value: unknown): Status | undefined {
  const up = readUp(value);
  return up === undefined ? undefined : up ? 'healthy' : 'unhealthy';
}

/** Adds a row that is not the newest to the history. */
export function addToHistory(
  component: Component,
  time: number,
  status: Status | undefined,
  responseTime: unknown
): void {
  const history = liveHistory(component);
  if (status) {
    addRank(history, time, RANK[status]);
  }
  if (typeof responseTime === 'number' && Number.isFinite(responseTime)) {
    addResponseTime(history, time, responseTime);
  }
}

/** What was read of the stream before is not all: what the exporter remembered stays. */
function liveHistory(component: Component): History {
  const { layers, recent } = component;
  if (!layers.live) {
    layers.live = createHistory(layers.shape);
    if (recent) {
      addRecent(layers.live, recent, -Infinity);
    }
  }
  return layers.live;
}

/** The worst status of a second may have become worse after it was told. */
const UNFINISHED_SECONDS = 2;
/** Between two pushes of a history, and somewhat more. */
const LONGEST_BRIDGE_SECONDS = 15;

/** Adds what the exporter remembers of a component, up to what the board shows. */
export function applyRecent(component: Component, { until, runs }: Recent, reading: Reading): void {
  const shown = Math.floor(Math.min(reading.until, reading.now) / 1000);
  const before = component.recent;
  component.recent = { until: Math.min(until, shown), runs: cutRuns(runs, until - shown) };
  const history = liveHistory(component);
  addRecent(history, component.recent, (before?.until ?? -Infinity) - UNFINISHED_SECONDS);
  bridge(component, history);
}

/** @param seconds what is left out of the newest; nothing if that is not positive */
function cutRuns(runs: readonly Run[], seconds: number): readonly Run[] {
  if (seconds <= 0) {
    return runs;
  }
  let left = seconds;
  const kept: Run[] = [];
  for (const run of [...runs].reverse()) {
    const cut = Math.min(left, run.seconds);
    left -= cut;
    if (cut < run.seconds) {
      kept.unshift({ ...run, seconds: run.seconds - cut });
    }
  }
  return kept;
}

/** @param from seconds before this one, since the epoch, are known already */
function addRecent(history: History, { until, runs }: Recent, from: number): void {
  let end = until;
  for (let index = runs.length - 1; index >= 0 && end >= from; index--) {
    const { status, seconds } = runs[index];
    const begin = end - seconds + 1;
    for (let second = Math.max(begin, from); status && second <= end; second++) {
      addRank(history, second * 1000, RANK[status]);
    }
    end = begin - 1;
  }
}

/** Between what the exporter remembered and the first row lie some seconds: they are known if the status began before them. */
function bridge({ recent, live }: Component, history: History): void {
  const { status, since } = live ?? {};
  if (!recent || !live || !status || since === undefined || since > (recent.until + 1) * 1000) {
    return;
  }
  const end = Math.floor(live.at / 1000);
  if (end - recent.until <= LONGEST_BRIDGE_SECONDS) {
    addRecent(history, { until: end - 1, runs: [{ status, seconds: end - 1 - recent.until }] }, -Infinity);
  }
}

/** Takes the time of a row into the interval of the source. Rows come in order: the last one is the newest, whatever its clock says. */
export function addTick(component: Component, time: number, reading: Reading): void {
  const facts = liveFacts(component);
  const gap = time - facts.at;
  if (gap >= SHORTEST_TICK_MS && Number.isFinite(gap)) {
    facts.gaps.push(gap);
    if (facts.gaps.length > REMEMBERED_GAPS) {
      facts.gaps.shift();
    }
    facts.interval = Math.min(...facts.gaps);
  } else if (facts.interval === 0) {
    facts.interval = 1000;
  }
  facts.at = time;
  facts.freshAt = Math.max(facts.freshAt, reading.trueAt(time));
}

/** Records the reason of a status change between two rows. */
export function noteChange(
  component: Component,
  time: number,
  before: Status | undefined,
  after: Status,
  row: LiveRow
): void {
  const why = text(row.error) ?? text(row.message);
  if (before && before !== after && why) {
    addNote(component, { at: time, to: after, text: why });
  }
}

/** Applies the newest row to the facts. Fields missing in `row` are kept: another query may provide them. */
export function applyRow(component: Component, row: LiveRow, registry: Registry): void {
  const facts = liveFacts(component);
  if ('status' in row) {
    facts.status = parseStatus(row.status);
    facts.statusProblem =
      facts.status === undefined && text(row.status)
        ? `The status "${shorten(String(row.status))}" is none of ${ALL_STATUSES}.`
        : undefined;
  }
  if ('up' in row) {
    facts.up = readUp(row.up);
  }
  if ('response_time_ms' in row) {
    facts.responseTimeMs = finite(row.response_time_ms);
  }
  if ('message' in row) {
    facts.message = text(row.message);
  }
  if ('error' in row) {
    facts.error = text(row.error);
  }
  if ('details' in row && row.details !== facts.detailsText && !onlyCheckedAgain(facts, row.details)) {
    applyDetails(component, facts, row.details, registry);
  }
  const fromDetails = facts.fromDetails?.facts;
  if ('version' in row || 'details' in row) {
    facts.version = text(row.version) ?? fromDetails?.version;
  }
  if ('since_ms' in row || 'details' in row) {
    facts.since = sinceOf(row.since_ms, facts) ?? fromDetails?.since;
  }
  facts.problem = facts.statusProblem ?? facts.detailsProblem;
}

/** Whether the exporter was late with the newest row; a row of many components applies to all of them. */
export function noteLateness(component: Component, lateMs: number | undefined): void {
  liveFacts(component).exporterLateMs = lateMs;
}

/** Initializes a component before its first details arrive. */
export function introduce(component: Component, displayName: string | undefined, critical: boolean): void {
  const facts = liveFacts(component);
  facts.displayName ??= displayName;
  facts.critical ??= critical;
}

const LAST_CHECK = '"last_check":"';
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** At most ticks only the time of the last check changes in the details, which can be detected without parsing them. */
function onlyCheckedAgain(facts: LiveFacts, text: unknown): boolean {
  const before = facts.detailsText;
  if (typeof text !== 'string' || before === undefined || before.length !== text.length || !facts.fromDetails) {
    return false;
  }
  const begin = text.indexOf(LAST_CHECK) + LAST_CHECK.length;
  const end = begin + TIME_LENGTH;
  if (
    begin < LAST_CHECK.length ||
    text.slice(0, begin) !== before.slice(0, begin) ||
    text.slice(end) !== before.slice(end)
  ) {
    return false;
  }
  facts.detailsText = text;
  facts.lastCheck = readTime(text.slice(begin, end)) ?? facts.lastCheck;
  return true;
}

function applyDetails(component: Component, facts: LiveFacts, value: unknown, registry: Registry): void {
  facts.detailsText = typeof value === 'string' ? value : undefined;
  const read = facts.detailsText ? readDetails(facts.detailsText) : undefined;
  const found = read?.facts;
  facts.fromDetails = read;
  facts.displayName = found?.displayName;
  facts.flapping = found?.flapping;
  facts.critical = found?.critical;
  facts.maintenance = found?.maintenance;
  facts.asked = keep(facts.asked, found?.asked);
  facts.silence = keep(facts.silence, found?.silence);
  facts.links = keep(facts.links, found?.links);
  facts.lastCheck = found?.lastCheck;
  facts.dependsOn = keep(facts.dependsOn, found?.dependsOn);
  facts.consequenceOf = keep(facts.consequenceOf, found?.consequenceOf);
  facts.dependsOnDown = keep(facts.dependsOnDown, found?.dependsOnDown);
  facts.standingSince = found?.standingSince;
  facts.sinceAtLeast = found?.sinceAtLeast;
  facts.exporterLateMs = found?.exporterLateMs;
  facts.exporter = found?.exporter;
  facts.exporterUrl = found?.exporterUrl;
  facts.details = keep(facts.details, read?.rest ?? {});
  facts.detailsProblem =
    facts.detailsText && !read ? `The details of ${component.name} are not a JSON object.` : undefined;
  if (read?.labels) {
    registry.addLabels(component, read.labels);
  }
}

/** `since_ms` as a time; a duration is relative to the row, and only a shorter one changes the beginning. */
function sinceOf(value: unknown, facts: LiveFacts): number | undefined {
  if (typeof value !== 'number' || !(value >= 0)) {
    return undefined;
  }
  if (value >= LONGEST_DURATION_MS) {
    return readTime(value);
  }
  const since = facts.at - value;
  return facts.since !== undefined && Math.abs(facts.since - since) < 1500 ? facts.since : since;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function shorten(value: string): string {
  return value.length > 40 ? `${value.slice(0, 39)}…` : value;
}

/** What is broken, since when, why, and what it takes along. One computation for the exporter and for the panel. */
import { countStatuses } from './counts';
import { durationText } from './duration';
import { overallOf, type Overall } from './overall';
import { lastingFrom, type Lasting, type Status } from './status';
import { compareUrgency, urgencyGroup, type Urgent } from './urgency';

/** A component as far as the headline reads it. Times are in milliseconds since the epoch. */
export interface HeadlineSource extends Urgent, Omit<Lasting, 'since'> {
  /** What `consequenceOf` of others refers to. */
  name: string;
  displayName: string;
  flapping: boolean;
  /** See {@link Lasting}; `undefined` if not known. */
  since: number | undefined;
  /** Its error or message. */
  reason: string | undefined;
}

/** A component that fails by itself. JSON. */
export interface Cause {
  /** Its name. */
  component: string;
  display_name: string;
  status: Status;
  /** Absent if false. */
  critical?: boolean;
  flapping?: boolean;
  /** When it went down, or when its status began. ISO 8601 UTC; absent if not known. */
  since?: string;
  /** Nobody saw the beginning of it: it may have been so for longer. */
  since_at_least?: boolean;
  /** Why: the beginning of its error or message. */
  reason?: string;
  /** Display names of the components that fail because of it, directly or by others. At most {@link MOST_NAMED}. */
  impact: string[];
  /** How many further components fail because of it. */
  more_impact?: number;
}

/** Part of each snapshot of the stream and of `/api/v1/components`. */
export interface Headline {
  overall: Overall;
  total: number;
  healthy: number;
  /** The most urgent first, at most {@link MOST_CAUSES}. */
  causes: Cause[];
  /** How many further causes there are. */
  more_causes?: number;
  /** How many components have no current status, outside of maintenance. */
  unknown?: number;
  /** All of that as a sentence; empty if nothing is broken. */
  text: string;
}

const MOST_CAUSES = 10;
const MOST_NAMED = 10;
const MOST_REASON = 120;
/** Shorter lists, for people. */
const CAUSES_IN_TEXT = 3;
const IMPACT_IN_TEXT = 4;

/**
 * @param components of the whole board
 * @param now in milliseconds since the epoch
 * @param overall default: that of these components
 */
export function headlineOf(components: Iterable<HeadlineSource>, now: number, overall?: Overall): Headline {
  const all = [...components];
  const { causes, jsonOf } = sortedCauses(all);
  const counts = countStatuses(all);
  const unknown = all.filter((component) => urgencyGroup(component) === 'unknown').length;
  const headline: Headline = {
    overall: overall ?? overallOf(all),
    total: counts.total,
    healthy: counts.byStatus.healthy,
    causes: causes.slice(0, MOST_CAUSES).map(jsonOf),
    text: '',
  };
  if (causes.length > MOST_CAUSES) headline.more_causes = causes.length - MOST_CAUSES;
  if (unknown > 0) headline.unknown = unknown;
  headline.text = headlineText(headline, now);
  return headline;
}

/** All components that fail by themselves, the most urgent first. @param components of the whole board */
export function causesOf(components: Iterable<HeadlineSource>): Cause[] {
  const { causes, jsonOf } = sortedCauses([...components]);
  return causes.map(jsonOf);
}

function sortedCauses(all: readonly HeadlineSource[]): {
  causes: HeadlineSource[];
  jsonOf: (cause: HeadlineSource) => Cause;
} {
  const failing = all.filter(isFailing);
  const followers = followersIn(failing);
  const followersOf = ({ name }: HeadlineSource) => followers.get(name) ?? [];
  const begin = (cause: HeadlineSource) => lastingOf(cause)?.begin ?? Infinity;
  return {
    causes: causesAmong(failing, followersOf).sort(
      (a, b) => compareUrgency(a, b) || followersOf(b).length - followersOf(a).length || begin(a) - begin(b) || 0
    ),
    jsonOf: (cause) => causeOf(cause, [...reachedFrom([cause], followersOf)].slice(1)),
  };
}

function isFailing(component: Urgent): boolean {
  const group = urgencyGroup(component);
  return group === 'cause' || group === 'consequence';
}

/** The components whose failure is explained by that of a component, by its name. */
function followersIn(failing: readonly HeadlineSource[]): ReadonlyMap<string, HeadlineSource[]> {
  const followers = new Map<string, HeadlineSource[]>();
  for (const component of failing)
    for (const name of component.consequenceOf) {
      const list = followers.get(name);
      if (list) list.push(component);
      else followers.set(name, [component]);
    }
  return followers;
}

type Followers = (component: HeadlineSource) => readonly HeadlineSource[];

/** The components themselves, and all that follows from them, in this order. */
function reachedFrom(components: readonly HeadlineSource[], followersOf: Followers): Set<HeadlineSource> {
  const reached = new Set(components);
  for (const one of reached) for (const follower of followersOf(one)) reached.add(follower);
  return reached;
}

/**
 * Those that fail by themselves. Of failures that follow only from each other, or from something that does not fail here, the most
 * urgent is a cause too: every failure is a cause or follows from one.
 */
function causesAmong(failing: readonly HeadlineSource[], followersOf: Followers): HeadlineSource[] {
  const causes = failing.filter((component) => urgencyGroup(component) === 'cause');
  const explained = reachedFrom(causes, followersOf);
  const left = failing.filter((component) => !explained.has(component)).sort(compareUrgency);
  for (const component of left) {
    if (explained.has(component)) continue;
    causes.push(component);
    for (const one of reachedFrom([component], (of) => followersOf(of).filter((follower) => !explained.has(follower))))
      explained.add(one);
  }
  return causes;
}

function causeOf(cause: HeadlineSource, impact: readonly HeadlineSource[]): Cause {
  const lasting = lastingOf(cause);
  const json: Cause = {
    component: cause.name,
    display_name: cause.displayName,
    status: cause.status,
    ...(lasting && { since: new Date(lasting.begin).toISOString() }),
    impact: [...impact]
      .sort(compareUrgency)
      .slice(0, MOST_NAMED)
      .map(({ displayName }) => displayName),
  };
  if (cause.critical) json.critical = true;
  if (cause.flapping) json.flapping = true;
  if (lasting?.atLeast) json.since_at_least = true;
  const reason = reasonText(cause.reason);
  if (reason !== '') json.reason = reason;
  if (impact.length > json.impact.length) json.more_impact = impact.length - json.impact.length;
  return json;
}

function lastingOf({ since, ...rest }: HeadlineSource): ReturnType<typeof lastingFrom> | undefined {
  return since === undefined ? undefined : lastingFrom({ ...rest, since });
}

/** The first statement of a message: advice and further statements follow after a semicolon or on further lines. */
function reasonText(message = ''): string {
  const first = (message.split(/;\s|\n/, 1)[0] ?? '').trim();
  return first.length > MOST_REASON ? `${first.slice(0, MOST_REASON - 1)}…` : first;
}

const STATUS_TEXT: Readonly<Partial<Record<Status, string>>> = { unhealthy: 'down' };

/**
 * How a cause is and for how long: `down 29 s`, `degraded at least 2 min`.
 * @param now in milliseconds since the epoch; without it, the text has no duration
 */
export function causeLasting({ status, since, since_at_least, flapping }: Cause, now?: number): string {
  const word = STATUS_TEXT[status] ?? status;
  const isKnown = since !== undefined && now !== undefined;
  const duration = isKnown ? ` ${durationText(now - Date.parse(since), since_at_least)}` : '';
  return `${word}${duration}${flapping ? ', flapping' : ''}`;
}

/** What follows from a cause: `Backend, Inference, 3 more`; empty if nothing does. */
export function impactText({ impact, more_impact = 0 }: Cause): string {
  const count = impact.length + more_impact;
  // "1 more" is as long as a name
  const shown = count <= IMPACT_IN_TEXT + 1 ? impact : impact.slice(0, IMPACT_IN_TEXT);
  const more = count - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** `PostgreSQL down 29 s: timed out after 800 ms (connected, no reply) → Backend, Inference`. @param now see {@link causeLasting} */
export function causeText(cause: Cause, now?: number): string {
  const impact = impactText(cause);
  const reason = cause.reason ? `: ${cause.reason}` : '';
  return `${cause.display_name} ${causeLasting(cause, now)}${reason}${impact ? ` → ${impact}` : ''}`;
}

/** The causes in one line, then what is not known; empty if nothing is broken. @param now in milliseconds since the epoch */
export function headlineText(headline: Headline, now: number): string {
  const shown = headline.causes.slice(0, CAUSES_IN_TEXT).map((cause) => causeText(cause, now));
  return [...shown, ...restTexts(headline, shown.length)].join('; ');
}

/** What there is beside the first causes: `3 more failures`, `2 components have no current status`. @param shown how many causes are told already */
export function restTexts({ causes, more_causes = 0, unknown = 0 }: Headline, shown: number): string[] {
  const more = causes.length + more_causes - shown;
  return [
    ...(more > 0 ? [`${more} more ${more === 1 ? 'failure' : 'failures'}`] : []),
    ...(unknown > 0
      ? [unknown === 1 ? '1 component has no current status' : `${unknown} components have no current status`]
      : []),
  ];
}

/** `Probably because PostgreSQL, Redis are down`. @param names of dependencies, for people */
export function becauseText(names: readonly string[]): string {
  return `Probably because ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} down`;
}

/** `depends on Redis, which is down too`: a failure of its own beside that of a dependency. @param names as above */
export function besideText(names: readonly string[]): string {
  return `depends on ${names.join(', ')}, which ${names.length === 1 ? 'is' : 'are'} down too`;
}

/** `all 16 healthy`, `14 of 16 healthy`. */
export function healthyText({ total, healthy }: Pick<Headline, 'total' | 'healthy'>): string {
  return healthy === total ? `all ${total} healthy` : `${healthy} of ${total} healthy`;
}

/**
 * Lines for a chat: the overall status with the time, a line for each cause, and the address where more is to be seen.
 * @param now in milliseconds since the epoch
 */
export function chatText(headline: Headline, now: number, url?: string): string {
  const { overall, total, healthy, causes } = headline;
  const time = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return [
    `${overall}: ${healthyText({ total, healthy })} (${time})`,
    ...causes.map((cause) => `- ${causeText(cause, now)}`),
    ...restTexts(headline, causes.length).map((text) => `- ${text}`),
    ...(url ? [url] : []),
  ].join('\n');
}

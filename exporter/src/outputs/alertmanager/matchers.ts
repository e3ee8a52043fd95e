/**
 * Which alerts of a component a silence mutes. A silence mutes an alert if all its matchers match, as in Alertmanager
 * (https://prometheus.io/docs/alerting/latest/configuration/#matcher): a regular expression has to match the whole value, and a missing label
 * counts as empty.
 */
import type { Target } from '../../probes';
import { compileRe2 } from '../../text/re2';
import { safeText, type SafeText } from '../../text/safe-text';

/** As the API of Alertmanager has it. */
export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  /** `=` or `=~`; otherwise `!=` or `!~`. */
  isEqual: boolean;
}

/** A matcher that can be held against values. */
export interface CompiledMatcher extends Matcher {
  /** Whether the value is the one of the matcher, be that equal or not; `undefined` if its expression is not understood. */
  finds(value: string): boolean | undefined;
}

type Labels = ReadonlyMap<string, string>;

/** Larger expressions, unless they only list words, would take too long to be matched with thousands of components. */
const MOST_SIZE = 500;
const MOST_TEXT = 200;

/** The labels that all alerts of a component have: those of its series, and those of its `component_info`. */
export function labelsOfAlerts({ name, kind, type, display_name, critical, labels }: Target): Labels {
  return new Map(Object.entries({ ...labels, component: name, kind, type, display_name, critical: String(critical) }));
}

export function compileMatcher(matcher: Matcher): CompiledMatcher {
  const { value, isRegex } = matcher;
  if (!isRegex) return { ...matcher, finds: (label) => label === value };
  let test: ReturnType<typeof compile> | false = false;
  // when it is first needed: what is about other labels is only told
  return { ...matcher, finds: (label) => (test === false ? (test = compile(value)) : test)?.(label) };
}

function compile(pattern: string): ((value: string) => boolean) | undefined {
  const words = wordsOf(pattern);
  if (words) {
    const known = new Set(words);
    return (value) => known.has(value);
  }
  if (sizeOf(pattern) > MOST_SIZE) return undefined;
  try {
    const expression = compileRe2(`^(?:${pattern})$`);
    return (value) => expression.matcher(value).find();
  } catch {
    return undefined;
  }
}

/** At most so many steps are taken for each character of a text: RE2 writes out what is repeated. */
function sizeOf(pattern: string): number {
  let size = pattern.length;
  for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) size *= Number(most || least) + 1;
  return size;
}

/** `redis|backend`, with or without brackets and anchors, is a list of words. */
function wordsOf(pattern: string): string[] | undefined {
  const [, inBrackets, bare] = /^\^?(?:\((?:\?:)?([\w|-]+)\)|([\w|-]+))\$?$/.exec(pattern) ?? [];
  return (inBrackets ?? bare)?.split('|');
}

/**
 * The matchers of a silence that are about labels which the exporter does not know, such as `alertname`: of the alerts of the component it
 * mutes those that match them, and all if there are none.
 * @param labels see {@link labelsOfAlerts}
 * @returns `undefined` if it mutes no alert of the component; if that is not known; or if no matcher names something of the component, as
 * in a silence of all alerts whose severity is `warning`
 */
export function matchersBeyond(
  matchers: readonly CompiledMatcher[],
  labels: Labels
): readonly CompiledMatcher[] | undefined {
  const others: CompiledMatcher[] = [];
  let isNamed = false;
  for (const matcher of matchers) {
    const value = labels.get(matcher.name);
    if (value === undefined) {
      if (alertNames(matcher)?.length === 0) return undefined;
      if (!matchesAll(matcher)) others.push(matcher);
      continue;
    }
    const found = matcher.finds(value);
    if (found === undefined || found !== matcher.isEqual) return undefined;
    isNamed ||= matcher.isEqual;
  }
  return isNamed ? others : undefined;
}

/** Every alert has a name, and any label may be missing. */
function matchesAll({ name, value, isRegex, isEqual }: Matcher): boolean {
  if (name === 'alertname' && value === '' && !isEqual) return true;
  return isRegex && isEqual && (value === '.*' || (name === 'alertname' && value === '.+'));
}

/** The names of alerts that a matcher lists; `undefined` if it lists none, but describes them. No alert has the empty name. */
function alertNames({ name, value, isRegex, isEqual }: Matcher): string[] | undefined {
  if (name !== 'alertname' || !isEqual) return undefined;
  const names = isRegex && value !== '' ? wordsOf(value) : [value];
  return names?.filter((one) => one !== '');
}

/** `component=~"redis|backend"` */
function matcherText({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!=';
  return `${name}${operator}${JSON.stringify(value)}`;
}

export function matchersText(matchers: readonly Matcher[]): SafeText {
  return safeText(matchers.map(matcherText).join(', '), MOST_TEXT);
}

/** The alerts that match all of the matchers, for people: `ComponentSlow or ComponentFlapping, severity="warning"`. */
export function alertsText(matchers: readonly Matcher[]): SafeText {
  const texts = matchers.map((matcher) => alertNames(matcher)?.join(' or ') ?? matcherText(matcher));
  return safeText(texts.join(', '), MOST_TEXT);
}

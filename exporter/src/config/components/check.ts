/** Checks one component: its probe, keys and secrets, and rules that the schema cannot express. */
import { Cron } from 'croner';
import { z } from 'zod';
import type { Finding } from '../../fields/fields';
import { isSecret } from '../../fields/secrets';
import { COMPONENT_SCHEMAS, definitionOf, isProbeName, PROBE_NAMES, type ProbeName } from '../../probes';
import { COMMON_FIELDS, placeFields, type ParsedComponent as Parsed } from '../../probes/target';
import { parseConverting } from '../reading/conversion';
import { describeIssue, type Issue, valueAt } from '../reading/issues';
import { clip, didYouMean, formatPath, type ConfigProblem, type Path } from '../reading/problems';
import { keysAt } from '../reading/schema-keys';
import type { ReadSecrets } from '../reading/secret-files';
import { type ComponentSource, isMap, problemAt } from '../reading/source';
import { RESERVED_LABELS } from './label-names';

/** A component as parsed by its schema, with `url` and the like read from their files. */
export type ParsedComponent = Parsed<ProbeName>;

export interface CheckedComponent {
  /** Absent if there are problems. */
  component?: ParsedComponent;
  /** What can be checked further: the component, or the part of it without the keys that have problems. */
  rest?: ParsedComponent;
  problems: ConfigProblem[];
}

/** @param read the result of {@link readSecretFiles} for the source */
export function checkComponent(source: ComponentSource, read: ReadSecrets): CheckedComponent {
  const { value } = source;
  const failed = (path: Path, message: string) => ({ problems: [problemAt(source, path, message)] });
  if (!isMap(value)) return failed([], 'expected a map with at least the keys name and probe');
  const { probe } = value;
  if (!isProbeName(probe)) {
    const unknown = failed(probe === undefined ? [] : ['probe'], describeProbe(probe, source)).problems;
    return { problems: [...(source.isBroken(['probe']) ? [] : unknown), ...checkCommon(source, value)] };
  }

  const schema = COMPONENT_SCHEMAS[probe];
  const keys = keysAt(schema, []);
  /** A value that was read from a file is reported under the key that names the file. */
  const written = (path: Path): Path => {
    const length = lengthOfRead(path);
    return path.map((key, index) => (index === length - 1 ? `${String(key)}_file` : key));
  };
  const problems = [...read.problems];
  const report = ({ path, message }: Finding) => problems.push(problemAt(source, written(path), message));

  /** The items of a list that was written as one text are text too. */
  const isText = (path: Path) => path.some((_, index) => source.isText(path.slice(0, index + 1)));
  const parsed = parseConverting(schema, value, isText);
  const labels = isMap(value['labels']) ? Object.keys(value['labels']) : [];
  for (const name of labels.filter((label) => RESERVED_LABELS.has(label)))
    report({ path: ['labels', name], message: 'this label is set by Onehertz or Prometheus; choose another name' });
  if (!parsed.ok) {
    const mayShow = (path: Path) => !isText(path) && !isSecret(schema, path);
    const options = { value, mayShow, knownKeys: (path: Path) => keysAt(schema, path) };
    for (const issue of parsed.issues) {
      if (source.isBroken(issue.path) || isReported(issue.path)) continue;
      describeIssue(issue, options).map(withOwner(probe)).forEach(report);
    }
  }
  // the address can be set by several keys
  const places = [
    ...keys.filter((key) => key === 'address' || key === 'url'),
    ...(keys.includes('url_file') ? ['url_file'] : []),
  ];
  if (places.every((key) => value[key] === undefined && !read.keys.has(key)) && !read.keys.has('url'))
    report({ path: [], message: `${places[0]} is required, but missing; set ${places.join(' or ')}` });
  const rest = parsed.ok ? (parsed.data as ParsedComponent) : withoutInvalidKeys(schema, value, parsed.issues);
  if (rest) checkSettings(rest).forEach(report);
  return {
    component: parsed.ok && problems.length === 0 ? (parsed.data as ParsedComponent) : undefined,
    rest,
    problems,
  };

  /** Length of the path prefix that leads to a value read from a file; 0 if there is none. */
  function lengthOfRead(path: Path): number {
    return path.findIndex((_, index) => read.keys.has(formatPath(path.slice(0, index + 1)))) + 1;
  }

  /** A secret is missing because its file could not be read, which was already reported. */
  function isReported(path: readonly PropertyKey[]): boolean {
    const length = lengthOfRead(path);
    return length > 0 && valueAt(value, path.slice(0, length)) === undefined;
  }
}

/** The component without the keys that have issues, so that the rest can be checked in the same pass. */
function withoutInvalidKeys(
  schema: z.ZodObject,
  value: Record<string, unknown>,
  issues: readonly Issue[]
): ParsedComponent | undefined {
  const wrong = new Set(issues.flatMap((issue) => ('keys' in issue ? issue.keys : [String(issue.path[0])])));
  // these two are validated together
  if (wrong.has('interval') || wrong.has('timeout'))
    ['interval', 'timeout', 'degraded_above'].forEach((key) => wrong.add(key));
  const left = Object.entries(value).filter(([key]) => !wrong.has(key));
  // nothing is required here: the problem may be in a required key
  const parsed = schema.partial().safeParse({ name: '0', ...Object.fromEntries(left) });
  return parsed.success ? (parsed.data as ParsedComponent) : undefined;
}

const COMMON_SCHEMA = z.strictObject({ ...COMMON_FIELDS, ...placeFields('', '') });

/** Checks of a component whose probe is not known. Keys that belong to some probe are accepted. */
function checkCommon(source: ComponentSource, value: Record<string, unknown>): ConfigProblem[] {
  const all = new Set(PROBE_NAMES.flatMap((name) => keysAt(COMPONENT_SCHEMAS[name], [])));
  const common = keysAt(COMMON_SCHEMA, []);
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => common.includes(key) || !all.has(key)));
  const isText = (path: Path) => path.some((_, index) => source.isText(path.slice(0, index + 1)));
  const parsed = parseConverting(COMMON_SCHEMA, own, isText);
  if (parsed.ok) return [];
  const options = { value: own, mayShow: (path: Path) => !isText(path), knownKeys: () => [...all] };
  return parsed.issues
    .filter((issue) => !source.isBroken(issue.path))
    .flatMap((issue) => describeIssue(issue, options))
    .map(({ path, message }) => problemAt(source, path, message));
}

function describeProbe(probe: unknown, source: ComponentSource): string {
  const list = PROBE_NAMES.join(', ');
  if (probe === undefined) return `probe is required, but missing; expected one of ${list}`;
  if (typeof probe !== 'string') return `expected one of ${list}`;
  if (source.isText(['probe'])) return `unknown probe; expected one of ${list}`;
  return `unknown probe "${clip(probe)}"${didYouMean(probe, PROBE_NAMES)}; expected one of ${list}`;
}

/** A key of another probe is not a typing error. */
function withOwner(probe: ProbeName): (finding: Finding) => Finding {
  return ({ path, message }) => {
    const owners = PROBE_NAMES.filter(
      (name) => path.length === 1 && keysAt(COMPONENT_SCHEMAS[name], []).includes(String(path[0]))
    );
    if (!message.startsWith('unknown key') || owners.length === 0) return { path, message };
    const known = keysAt(COMPONENT_SCHEMAS[probe], []).join(', ');
    return { path, message: `is a key of ${owners.join(', ')}, but not of the probe ${probe}; known here: ${known}` };
  };
}

/** Rules that involve several settings or another library. */
function checkSettings(component: ParsedComponent): Finding[] {
  const findings: Finding[] = [];
  component.maintenance.forEach(({ cron, timezone, duration }, index) => {
    const path = ['maintenance', index];
    if (duration === 0) findings.push({ path: [...path, 'duration'], message: 'must be longer than 0s' });
    if (timezone !== undefined && !isTimezone(timezone))
      findings.push({
        path: [...path, 'timezone'],
        message: 'unknown time zone; expected an IANA name such as "Europe/Rome"',
      });
    else findings.push(...checkCron(cron, timezone).map((message) => ({ path: [...path, 'cron'], message })));
  });
  findings.push(...(definitionOf(component.probe).check?.(component) ?? []));
  return findings;
}

function checkCron(cron: string, timezone: string | undefined): string[] {
  try {
    const next = new Cron(cron, { mode: '5-part', paused: true, timezone }).nextRun();
    return next === null ? ['describes a time that never occurs'] : [];
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '').replace(/\.$/, '') : '';
    return [`expected five cron fields such as "0 3 * * 0" (minute, hour, day, month, weekday): ${clip(reason, 120)}`];
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

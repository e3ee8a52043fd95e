/** Checks one component: its probe, its keys, its secrets, and what no schema can say. */
import { Cron } from 'croner';
import type { z } from 'zod';
import type { Finding } from '../../fields/fields';
import { isSecret, keysWithFile } from '../../fields/secrets';
import { COMPONENT_SCHEMAS, definitionOf, isProbeName, PROBE_NAMES, type ProbeName } from '../../probes';
import { parseConverting } from '../reading/conversion';
import { describeIssue, type Issue, valueAt } from '../reading/issues';
import { clip, didYouMean, formatPath, type ConfigProblem, type Path } from '../reading/problems';
import { keysAt } from '../reading/schema-keys';
import type { ParsedComponent as Parsed } from '../../probes/target';
import type { ReadSecrets } from '../reading/secret-files';
import { type ComponentSource, isMap, problemAt } from '../reading/source';

/** A component as its schema makes it, `url` and the like read from their files. */
export type ParsedComponent = Parsed<ProbeName>;

export interface CheckedComponent {
  /** Absent if there are problems. */
  component?: ParsedComponent;
  /** What can be checked further: the component, or what is left of it without the keys that have problems. */
  rest?: ParsedComponent;
  problems: ConfigProblem[];
}

/** @param read what {@link readSecretFiles} did to the source before */
export function checkComponent(source: ComponentSource, read: ReadSecrets): CheckedComponent {
  const { value } = source;
  const failed = (path: Path, message: string) => ({ problems: [problemAt(source, path, message)] });
  if (!isMap(value)) return failed([], 'expected a map with at least the keys name and probe');
  const { probe } = value;
  if (source.isBroken(['probe'])) return { problems: [] };
  if (!isProbeName(probe)) return failed(probe === undefined ? [] : ['probe'], describeProbe(probe, source));

  const schema = COMPONENT_SCHEMAS[probe];
  const keys = keysAt(schema, []);
  const secrets = keysWithFile(keys);
  /** A value that was read from a file is reported under the key that names the file. */
  const written = (path: Path): Path => {
    const length = lengthOfRead(path);
    return path.map((key, index) => (index === length - 1 ? `${String(key)}_file` : key));
  };
  const problems = [...read.problems];
  const report = ({ path, message }: Finding) => problems.push(problemAt(source, written(path), message));

  /** The parts of a list that was one text are text too. */
  const isText = (path: Path) => path.some((_, index) => source.isText(path.slice(0, index + 1)));
  const parsed = parseConverting(schema, value, isText);
  if (!parsed.ok) {
    const mayShow = (path: Path) => !isText(path) && !isSecret(schema, path);
    const options = { value, mayShow, knownKeys: (path: Path) => keysAt(schema, path) };
    for (const issue of parsed.issues) {
      if (source.isBroken(issue.path) || isReported(issue.path)) continue;
      describeIssue(issue, options).map(withOwner(probe)).forEach(report);
    }
  }
  if (value['url'] === undefined && secrets.includes('url') && !read.keys.has('url'))
    report({ path: [], message: 'url is required, but missing; set url or url_file' });
  const rest = parsed.ok ? (parsed.data as ParsedComponent) : salvage(schema, value, parsed.issues);
  if (rest) checkSettings(rest).forEach(report);
  return {
    component: parsed.ok && problems.length === 0 ? (parsed.data as ParsedComponent) : undefined,
    rest,
    problems,
  };

  /** Length of the part of a path that leads to what was read from a file; 0 if nothing on it was. */
  function lengthOfRead(path: Path): number {
    return path.findIndex((_, index) => read.keys.has(formatPath(path.slice(0, index + 1)))) + 1;
  }

  /** Without its file, a secret is missing: that was said. */
  function isReported(path: readonly PropertyKey[]): boolean {
    const length = lengthOfRead(path);
    return length > 0 && valueAt(value, path.slice(0, length)) === undefined;
  }
}

/** The component without the keys that have issues, so that what is left can be checked in the same go. */
function salvage(
  schema: z.ZodObject,
  value: Record<string, unknown>,
  issues: readonly Issue[]
): ParsedComponent | undefined {
  const wrong = new Set(issues.flatMap((issue) => ('keys' in issue ? issue.keys : [String(issue.path[0])])));
  // these are judged by each other
  if (wrong.has('interval') || wrong.has('timeout'))
    ['interval', 'timeout', 'degraded_above'].forEach((key) => wrong.add(key));
  const left = Object.entries(value).filter(([key]) => !wrong.has(key));
  // nothing is required here: it may be what is wrong
  const parsed = schema.partial().safeParse({ name: '0', ...Object.fromEntries(left) });
  return parsed.success ? (parsed.data as ParsedComponent) : undefined;
}

function describeProbe(probe: unknown, source: ComponentSource): string {
  const list = PROBE_NAMES.join(', ');
  if (probe === undefined) return `probe is required, but missing; expected one of ${list}`;
  if (typeof probe !== 'string') return `expected one of ${list}`;
  if (source.isText(['probe'])) return `unknown probe; expected one of ${list}`;
  return `unknown probe "${clip(probe)}"${didYouMean(probe, PROBE_NAMES)}; expected one of ${list}`;
}

/** A key of another probe is no typing error. */
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

/** What several settings say together, and what another library has to judge. */
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
    return next === null ? ['describes a time that never comes'] : [];
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

/**
 * Targets from files in Prometheus' file_sd format: a list of `{targets: […], labels: {…}}`, JSON or YAML.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
 */
import { extname } from 'node:path';
import { z } from 'zod';
import { parseConverting } from '../reading/conversion';
import { describeIssue } from '../reading/issues';
import { type ConfigProblem, formatPath, type Path } from '../reading/problems';
import { readText, UnreadableFile } from '../reading/read-text';
import { keysAt } from '../reading/schema-keys';
import type { ComponentSource } from '../reading/source';
import { type ParsedText, parseYaml } from '../reading/yaml-text';
import { toComponent } from './target';

const MAX_FILE_BYTES = 4 * 1_048_576;

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const groups = z.array(
  z.strictObject({
    targets: z.array(z.string().min(1)),
    labels: z.record(z.string(), text).nullish(),
    // written by some generators; ignored, as in Prometheus
    source: z.string().optional(),
  })
);
type Groups = z.output<typeof groups>;

/** The last good content of each file, by path; used in place of a bad one, as in Prometheus. */
export type FileSdMemory = Map<string, SdFile>;

/** A file that was parsed. Its components are not validated yet. */
export interface SdFile {
  /** Absolute. */
  path: string;
  /** As named in messages. */
  file: string;
  /** The components; a new copy at each call, because checking modifies them. */
  components(): SdSource[];
}

/** One target of a file. */
export interface SdSource extends ComponentSource {
  /** Alternative names, used if the name derived from the address is taken. */
  readonly otherNames: readonly string[];
  /** Labels that look like settings but are not, each with a message. */
  readonly oddLabels: readonly { label: string; message: string }[];
}

/** Reads one file. @param file its name in messages */
export async function readSdFile(path: string, file: string): Promise<SdFile | { problems: ConfigProblem[] }> {
  let content: string;
  try {
    content = await readText(path, MAX_FILE_BYTES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { problems: [{ file, path: '', message: error.message, unread: error.unread }] };
  }
  // the file is being rewritten and still empty; empty YAML is valid
  if (extname(path) === '.json' && content.trim() === '')
    return { problems: [{ file, path: '', message: 'is empty; expected a list, [] for no targets' }] };
  const parsed = parse(content, path, file);
  if (parsed.fatal) return { problems: parsed.problems };
  const checked = parseConverting(groups, parsed.value ?? [], () => false);
  if (!checked.ok) {
    const options = {
      value: parsed.value,
      mayShow: () => false,
      knownKeys: (at: readonly PropertyKey[]) => keysAt(groups, at),
    };
    const problems = checked.issues
      .flatMap((issue) => describeIssue(issue, options))
      .map(({ path: at, message }) => ({ file, line: parsed.lineOf(at), path: formatPath(at), message }));
    return { problems };
  }
  return { path, file, components: () => toSources(checked.data, file, parsed.lineOf) };
}

/**
 * Line numbers are determined only when a problem needs one: the nodes of a YAML document take ten times the memory of
 * its text, and the content is kept for as long as the file is good. In JSON, the last of several equal keys wins, as
 * in Prometheus.
 */
function parse(content: string, path: string, file: string): Omit<ParsedText, 'variablesOf' | 'isBroken'> {
  let document: ParsedText | undefined;
  const lineOf = (at: Path) => (document ??= parseYaml(content, file)).lineOf(at);
  if (extname(path) === '.json')
    try {
      return { value: JSON.parse(content), problems: [], fatal: false, lineOf };
    } catch {
      // not JSON: parsed as YAML, which also reports the line of an error
    }
  const { value, problems, fatal } = parseYaml(content, file);
  return { value, problems, fatal, lineOf };
}

function toSources(data: Groups, file: string, lineOf: (path: readonly PropertyKey[]) => number | undefined) {
  return data.flatMap(({ targets, labels }, group) =>
    targets.map((target, index): SdSource => {
      const { value, labelOf, otherNames, oddLabels } = toComponent(target, labels ?? {}, targets.length);
      return {
        file,
        value,
        place(path) {
          const label = labelOf(path);
          const at = label === undefined ? [group, 'targets', index] : [group, 'labels', label];
          return { line: lineOf(at), path: formatPath(at) };
        },
        otherNames,
        oddLabels,
        isText: () => true,
        isBroken: () => false,
      };
    })
  );
}

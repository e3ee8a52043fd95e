/**
 * Targets from files in Prometheus' file_sd format: a list of `{targets: […], labels: {…}}`, JSON or YAML.
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config
 */
import { extname } from 'node:path';
import { z } from 'zod';
import { createSlice } from '../../runtime/slices';
import { parseConverting } from '../reading/conversion';
import { describeIssue, type Issue } from '../reading/issues';
import { type ConfigProblem, formatPath } from '../reading/problems';
import { readText, UnreadableFile } from '../reading/read-text';
import { keysAt } from '../reading/schema-keys';
import type { ComponentSource } from '../reading/source';
import { type ParsedText, readYaml } from '../reading/yaml-thread';
import { toComponent } from './target';

const MAX_FILE_BYTES = 4 * 1_048_576;
/** Of one file: several times what one exporter can watch. */
const MOST_TARGETS = 50_000;
const MOST_PROBLEMS = 20;
/** Characters of JSON. */
const MOST_WITH_LINES = 65_536;

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
  /** Each makes the component of one target, a new one at each call, for a check changes it. */
  targets: readonly (() => SdSource)[];
}

/** One target of a file. */
export interface SdSource extends ComponentSource {
  /** As it is written in the file. */
  readonly target: string;
  /** Other names for it, should the one that was made of its address be taken. */
  readonly otherNames: readonly string[];
  /** Labels that look like settings but are not, each with a message. */
  readonly oddLabels: readonly { label: string; message: string }[];
}

/** Reads one file. @param file its name in messages @param most targets that it may name, see {@link capacity} */
export async function readSdFile(
  path: string,
  file: string,
  most: number
): Promise<SdFile | { problems: ConfigProblem[] }> {
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
  const parsed = await parse(content, path, file);
  if (parsed.fatal) return { problems: parsed.problems };
  const checked = await checkGroups(parsed, file, most);
  if (Array.isArray(checked)) return { path, file, targets: toSources(checked, file, parsed.lineOf) };
  return checked;
}

/** Group by group, in slices; a file in which much is wrong is told by the first of it. */
async function checkGroups(
  { value, lineOf }: Pick<ParsedText, 'value' | 'lineOf'>,
  file: string,
  most: number
): Promise<Groups | { problems: ConfigProblem[] }> {
  const list = value ?? [];
  const problems: ConfigProblem[] = [];
  const good: Groups = [];
  let targets = 0;
  const slice = createSlice();
  for (const [index, one] of Array.isArray(list) ? list.entries() : [[undefined, list] as const]) {
    if (slice.isOver()) await slice.next();
    const [part, base] = index === undefined ? [one, []] : [[one], [index]];
    const checked = parseConverting(groups, part, () => false);
    if (checked.ok) {
      good.push(...checked.data);
      targets += checked.data[0]?.targets.length ?? 0;
    } else problems.push(...problemsOf(checked.issues, part, base, { lineOf, file }));
    if (targets > most) return { problems: [tooMany(file, most)] };
    if (targets > MOST_TARGETS)
      return {
        problems: [{ file, path: '', message: `names more than ${MOST_TARGETS} targets; split it into several files` }],
      };
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems.length > 0 ? { problems: problems.slice(0, MOST_PROBLEMS) } : good;
}

/** Who names more than the memory of the process has room for. */
export const tooMany = (file: string, most: number): ConfigProblem => ({
  file,
  path: '',
  message: `there is memory for ${most} components, and with this file there are more; raise the memory limit, or split them across several exporters (--shard.total)`,
});

function problemsOf(
  issues: readonly Issue[],
  value: unknown,
  base: readonly number[],
  { lineOf, file }: { lineOf: ParsedText['lineOf']; file: string }
): ConfigProblem[] {
  const options = { value, mayShow: () => false, knownKeys: (at: readonly PropertyKey[]) => keysAt(groups, at) };
  return issues
    .slice(0, MOST_PROBLEMS)
    .flatMap((issue) => describeIssue(issue, options))
    .map(({ path, message }) => {
      // a part is a list of one group
      const at = base.length > 0 ? [...base, ...path.slice(1)] : path;
      return { file, line: lineOf(at), path: formatPath(at), message };
    });
}

/** JSON, as most generators write it, is read at once; of two equal keys the last one counts, as it does for Prometheus. */
async function parse(
  content: string,
  path: string,
  file: string
): Promise<Pick<ParsedText, 'value' | 'problems' | 'fatal' | 'lineOf'>> {
  if (extname(path) !== '.json') return readYaml(content, file);
  try {
    const value: unknown = JSON.parse(content);
    // lines are told where they are found quickly: such nodes take ten times the room of the text
    const lines = content.length <= MOST_WITH_LINES ? await readYaml(content, file) : undefined;
    return { value, problems: [], fatal: false, lineOf: lines?.lineOf ?? (() => undefined) };
  } catch {
    // YAML allows more, and knows where it went wrong
    return readYaml(content, file);
  }
}

function toSources(data: Groups, file: string, lineOf: (path: readonly PropertyKey[]) => number | undefined) {
  return data.flatMap(({ targets, labels }, group) =>
    targets.map((target, index) => (): SdSource => {
      const { value, labelOf, otherNames, oddLabels } = toComponent(target, labels ?? {}, targets.length);
      return {
        target,
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

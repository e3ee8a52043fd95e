/**
 * The components of all file_sd files. A bad file does not affect the others: its last good targets are kept, or it is
 * skipped.
 */
import { relative } from 'node:path';
import type { Timing } from '../../probes/definition';
import { createSlice } from '../../runtime/slices';
import { checkComponent, type ParsedComponent } from '../components/check';
import { type Candidate, nameTaken } from '../components/dependencies';
import { checkComponentTiming } from '../components/timing';
import type { ConfigProblem, Path } from '../reading/problems';
import { UnreadableFile } from '../reading/read-text';
import { NO_SECRETS } from '../reading/secret-files';
import { type ComponentSource, isMap, problemAt } from '../reading/source';
import { withEarlier } from './earlier';
import { type FileSdMemory, readSdFile, type SdFile, type SdSource, tooMany } from './files';
import { absolutePattern, matchesPattern, matchFiles } from './patterns';

export interface Discovered {
  candidates: Candidate[];
  warnings: ConfigProblem[];
  /** Absolute patterns. */
  files: string[];
}

export interface DiscoverOptions {
  /** As written by the user, validated. */
  patterns: readonly string[];
  /** The folder of the configuration file. */
  directory: string;
  /** Updated: good files are stored, deleted ones removed. */
  memory: FileSdMemory;
  /** Components whose names are already used. */
  taken: readonly Candidate[];
  timing: Timing;
  /** Components that there may be in all, see {@link capacity}. */
  most: number;
}

/** file_sd files are often written by others than the configuration, and may not name local files. */
const NO_FILES =
  'a target file must not refer to other files, as whoever can write it could have any file read and sent to a target; define this component in the configuration';

/** Paths of all keys that name files, including nested maps and unknown keys. */
function namesOfFiles(value: unknown, path: Path = []): Path[] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key.endsWith('_file') && path[0] !== 'labels' ? [[...path, key]] : namesOfFiles(inner, [...path, key])
  );
}

const LEFT_OUT = 'it is left out';
const STAYS = 'its previous version is kept';
const KEPT = 'its previous targets are kept';

/** Reads and checks the files of every pattern, sorted by name. */
export async function discover({
  patterns,
  directory,
  memory,
  taken,
  timing,
  most,
}: DiscoverOptions): Promise<Discovered> {
  const found: Discovered = { candidates: [], warnings: [], files: [] };
  const seen = new Set<string>();
  // a reload must not delay a tick
  const slice = createSlice();
  const names = new Map(taken.map(({ name, source }) => [name, source]));
  for (const pattern of patterns) {
    const absolute = absolutePattern(pattern, directory);
    found.files.push(absolute);
    for (const path of await filesOf(pattern, absolute)) {
      if (seen.has(path)) continue;
      seen.add(path);
      await addFile(path);
    }
  }
  for (const path of memory.keys()) if (!seen.has(path)) memory.delete(path);
  return found;

  /**
   * If a folder cannot be read, its files are kept: it may be in the course of being replaced, or its disk temporarily
   * unavailable.
   */
  async function filesOf(pattern: string, absolute: string): Promise<string[]> {
    try {
      const paths = await matchFiles(absolute);
      if (paths.length === 0) found.warnings.push({ file: pattern, path: '', message: 'no file matches' });
      return paths;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      const before = [...memory.keys()].filter((path) => matchesPattern(absolute, path));
      for (const path of before.filter((known) => !seen.has(known))) {
        seen.add(path);
        await keep(path);
      }
      const outcome = before.length > 0 ? KEPT : 'no file matches';
      const message = `its folder: ${error.message} (${outcome})`;
      found.warnings.push({ file: pattern, path: '', message, unread: true });
      return [];
    }
  }

  async function addFile(path: string): Promise<void> {
    const name = relative(directory, path);
    const read = await readSdFile(path, name, most);
    const { candidates, problems }: Checked =
      'problems' in read ? { candidates: [], problems: read.problems } : await check(read);
    // a file in which nothing is right is a bad file
    if ('problems' in read || (candidates.length === 0 && problems.some(isHarmful)))
      return report(problems, (await keep(path)) ? KEPT : 'its targets are left out');
    const wrong = new Set(problems.filter(isHarmful).flatMap(({ index }) => index ?? []));
    const { file, earlier } = withEarlier(read, wrong, memory.get(path));
    const checked = earlier.size > 0 ? await check(file) : { candidates, problems };
    // the earlier version of one may be in the way of what is new
    const lost = new Set(checked.problems.filter(isHarmful).map(({ index }) => index));
    if (checked.candidates.length > room())
      return report([tooMany(name, most)], (await keep(path)) ? KEPT : 'its targets are left out');
    memory.set(path, file);
    take(checked.candidates);
    for (const problem of problems)
      report([problem], earlier.has(problem.index ?? -1) && !lost.has(problem.index) ? STAYS : LEFT_OUT);
  }

  function report(problems: readonly TargetProblem[], outcome: string): void {
    found.warnings.push(...problems.map((problem) => asWarning(problem, outcome)));
  }

  /** Whether the file was good before, so that its targets are kept. */
  async function keep(path: string): Promise<boolean> {
    const before = memory.get(path);
    const kept = before && (await check(before));
    if (!kept || (kept.candidates.length === 0 && kept.problems.length > 0)) return false;
    if (kept.candidates.length > room()) return false;
    take(kept.candidates);
    return true;
  }

  function room(): number {
    return most - taken.length - found.candidates.length;
  }

  function take(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      found.candidates.push(candidate);
      names.set(candidate.name, candidate.source);
    }
  }

  /** Checks each target separately: an invalid target or a duplicate name does not affect the others. */
  async function check(file: SdFile): Promise<Checked> {
    const problems: TargetProblem[] = [];
    const candidates: Candidate[] = [];
    const here = new Map<string, ComponentSource>();
    for (const [index, make] of file.targets.entries()) {
      if (slice.isOver()) await slice.next();
      const source = make();
      for (const { label, message } of source.oddLabels)
        problems.push({ ...problemAt(source, ['labels', label], message), index, harmless: true });
      const wrong = checkTarget(source);
      if ('problems' in wrong) {
        problems.push(...wrong.problems.map((problem) => ({ ...problem, index })));
        continue;
      }
      const { component } = wrong;
      let { name } = component;
      const other = names.get(name) ?? here.get(name);
      if (other) {
        // the same place is the same component; for a different place, a longer name can be used
        const others = isSamePlace(other, source) ? [] : source.otherNames;
        const free = others.find((longer) => !names.has(longer) && !here.has(longer));
        if (free === undefined) {
          problems.push({ ...nameTaken({ name, source }, other), index });
          continue;
        }
        name = free;
      }
      here.set(name, source);
      candidates.push({ name, component: { ...component, name }, source });
    }
    return { candidates, problems };
  }

  function checkTarget(source: SdSource): { component: ParsedComponent } | { problems: ConfigProblem[] } {
    const { component, rest, problems } = checkComponent(source, NO_SECRETS);
    // maps that were written as text in a label are converted by now
    const files = namesOfFiles(source.value);
    if (files.length > 0) return { problems: files.map((path) => problemAt(source, path, NO_FILES)) };
    const late = rest ? checkComponentTiming(rest, timing) : [];
    const all = [...problems, ...late.map(({ path, message }) => problemAt(source, path, message))];
    return component && all.length === 0 ? { component } : { problems: all };
  }
}

/** Of the target at a position in its file; `harmless` if it is taken all the same. */
type TargetProblem = ConfigProblem & { index?: number; harmless?: boolean };

function asWarning({ harmless, index: _, ...problem }: TargetProblem, outcome: string): ConfigProblem {
  return harmless ? problem : { ...problem, message: `${problem.message} (${outcome})` };
}

const isHarmful = ({ harmless }: TargetProblem) => harmless !== true;

interface Checked {
  candidates: Candidate[];
  problems: TargetProblem[];
}

function isSamePlace(one: ComponentSource, other: ComponentSource): boolean {
  const [a, b] = [one, other].map(({ value }) => (isMap(value) ? value : {}));
  return ['probe', 'url', 'address'].every((key) => a?.[key] === b?.[key]);
}

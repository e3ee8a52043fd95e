/** The components of all file_sd files. A bad file never stops the rest: its last good targets stay, or it is left out. */
import { relative } from 'node:path';
import { checkComponent } from '../components/check';
import { createSlice } from '../../runtime/slices';
import { type Candidate, checkNames } from '../components/dependencies';
import { absolutePattern, matchesPattern, matchFiles } from './patterns';
import { type FileSdMemory, readSdFile, type SdFile } from './files';
import type { ConfigProblem, Path } from '../reading/problems';
import { UnreadableFile } from '../reading/read-text';
import { NO_SECRETS } from '../reading/secret-files';
import { isMap, problemAt } from '../reading/source';
import type { Timing } from '../../probes/definition';
import { checkComponentTiming } from '../components/timing';

export interface Discovered {
  candidates: Candidate[];
  warnings: ConfigProblem[];
  /** Absolute patterns. */
  files: string[];
}

export interface DiscoverOptions {
  /** As the user wrote them, checked. */
  patterns: readonly string[];
  /** The folder of the configuration file. */
  directory: string;
  /** Changed: good files are remembered, vanished ones forgotten. */
  memory: FileSdMemory;
  /** Components whose names are taken. */
  taken: readonly Candidate[];
  timing: Timing;
}

/** Such files are often written by others than the configuration is. */
const NO_FILES =
  'a file of targets must not name files: whoever writes it could have any file read and sent to a target of theirs; write this component into the configuration';

/** Paths of all keys that name files, also in maps inside and in those of unknown keys. */
function namesOfFiles(value: unknown, path: Path = []): Path[] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key.endsWith('_file') && path[0] !== 'labels' ? [[...path, key]] : namesOfFiles(inner, [...path, key])
  );
}

const KEPT = 'the targets it had before stay';

/** Reads and checks the files of every pattern, in the order of their names. */
export async function discover({ patterns, directory, memory, taken, timing }: DiscoverOptions): Promise<Discovered> {
  const found: Discovered = { candidates: [], warnings: [], files: [] };
  const seen = new Set<string>();
  // a reload must not make a tick late
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

  /** A folder that cannot be read does not take its files away: it may be about to be replaced, or its disk to come back. */
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
    const read = await readSdFile(path, relative(directory, path));
    const checked = 'problems' in read ? read : await check(read);
    if ('candidates' in checked) {
      memory.set(path, checked.file);
      take(checked.candidates);
      return;
    }
    const outcome = (await keep(path)) ? KEPT : 'its targets are left out';
    found.warnings.push(
      ...checked.problems.map((problem) => ({ ...problem, message: `${problem.message} (${outcome})` }))
    );
  }

  /** Whether the file was good before: then its targets stay. */
  async function keep(path: string): Promise<boolean> {
    const before = memory.get(path);
    const kept = before && (await check(before));
    if (!kept || !('candidates' in kept)) return false;
    take(kept.candidates);
    return true;
  }

  function take(candidates: readonly Candidate[]): void {
    for (const candidate of candidates) {
      found.candidates.push(candidate);
      names.set(candidate.name, candidate.source);
    }
  }

  /** A file is good as a whole, or bad as a whole. */
  async function check(
    file: SdFile
  ): Promise<{ file: SdFile; candidates: Candidate[] } | { problems: ConfigProblem[] }> {
    const problems: ConfigProblem[] = [];
    const candidates: Candidate[] = [];
    for (const source of file.components()) {
      if (slice.isOver()) await slice.next();
      const { rest, problems: wrong } = checkComponent(source, NO_SECRETS);
      // by now what came as text in a label is a map
      const files = namesOfFiles(source.value);
      problems.push(...files.map((path) => problemAt(source, path, NO_FILES)));
      if (files.length > 0) continue;
      problems.push(...wrong);
      if (rest === undefined) continue;
      problems.push(
        ...checkComponentTiming(rest, timing).map((finding) => problemAt(source, finding.path, finding.message))
      );
      candidates.push({ name: rest.name, component: rest, source });
    }
    problems.push(...checkNames(candidates, names));
    return problems.length > 0 ? { problems } : { file, candidates };
  }
}

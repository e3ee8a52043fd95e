/** Detects changes of the configuration's files, however they are made. */
import { watch, type FSWatcher } from 'chokidar';
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isPattern, matchesPattern, matchFiles } from './file-sd/patterns';
import { readBytes, unreadable, UnreadableFile } from './reading/read-text';

export interface FileWatcher {
  /** Resolves when every folder is watched; earlier changes are then found by comparing contents. */
  readonly ready: Promise<void>;
  /** Replaces the list of watched files. No change of a file that is already watched is lost. */
  update(files: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Quiet period to wait for, in milliseconds: an editor or deployment makes several changes in a row. */
  debounceMs?: number;
  /** Maximum wait in milliseconds, if the folder changes all the time (because of other files). */
  maxWaitMs?: number;
  /**
   * How often to compare contents without a notification, in milliseconds: some file systems (NFS, some container
   * mounts) send none.
   */
  pollMs?: number;
}

/** Larger files are not configuration files. */
const MAX_FILE_BYTES = 8 * 1_048_576;

/**
 * Calls back after the content of one of the files changed, or a file appeared or vanished. Watches folders rather than
 * files, because editors replace files, and Kubernetes replaces a symbolic link (`..data`) beside them.
 * @param files absolute; the last part may have the wildcards `*` and `?`
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  { debounceMs = 200, maxWaitMs = 1000, pollMs = 30_000 }: WatchOptions = {}
): FileWatcher {
  let patterns = files;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let waitingSince: number | undefined;
  let before: Map<string, string> | undefined;
  let last: Promise<void> = Promise.resolve();
  let end: () => void = () => undefined;
  /** A closed watcher never becomes ready, so waiting for it must end. */
  const ended = new Promise<void>((resolve) => (end = resolve));
  const poll = setInterval(compare, pollMs).unref();
  // `raw` as well: on any event in a folder, comparing contents tells whether a file changed
  const watcher = watch([], { depth: 0, ignoreInitial: true, ignorePermissionErrors: true });
  watcher.on('all', schedule).on('raw', schedule);
  // e.g. out of inotify watches: periodic comparison still works
  watcher.on('error', () => undefined);

  function schedule(): void {
    if (closed) return;
    clearTimeout(timer);
    waitingSince ??= performance.now();
    timer = setTimeout(compare, Math.min(debounceMs, Math.max(0, waitingSince + maxWaitMs - performance.now())));
  }

  /** Runs one at a time, in order. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    last = Promise.race([ended, last.then(() => (closed ? undefined : work()))]);
    return last;
  }

  function compare(): void {
    waitingSince = undefined;
    void inTurn(async () => {
      const now = await fingerprints(patterns, before);
      const changed = before !== undefined && !isEqual(before, now);
      before = now;
      if (changed && !closed) onChange();
    });
  }

  function update(next: readonly string[]): Promise<void> {
    return inTurn(async () => {
      const added = await fingerprints(next.filter((pattern) => before === undefined || !patterns.includes(pattern)));
      const kept = [...(before ?? [])].filter(([file]) => next.some((pattern) => matchesPattern(pattern, file)));
      before = new Map([...added, ...kept]);
      patterns = next;
      const folders = await foldersOf(next);
      // a closed chokidar reopens when paths are added
      if (closed) return;
      await watchFolders(watcher, folders);
      setImmediate(compare);
    });
  }

  return {
    ready: update(files),
    update,
    async close() {
      closed = true;
      end();
      clearTimeout(timer);
      clearInterval(poll);
      await watcher.close();
    },
  };
}

/** Resolves when the folders are watched: files that appear from then on are reported as new. */
async function watchFolders(watcher: FSWatcher, folders: readonly string[]): Promise<void> {
  const watched = Object.keys(watcher.getWatched());
  const added = folders.filter((folder) => !watched.includes(folder));
  if (added.length === 0) return;
  const first = watched.length === 0;
  const ready = new Promise<void>((resolve) => watcher.once('ready', resolve));
  watcher.add(added);
  // chokidar emits `ready` only once
  if (first) await ready;
}

/** The folders in which an event occurs when one of the files changes. */
async function foldersOf(files: readonly string[]): Promise<string[]> {
  const folders = new Set<string>();
  for (const file of files) {
    folders.add(dirname(file));
    // the file may be a link and be rewritten at its target
    if (!isPattern(file)) folders.add(dirname(await realpath(file).catch(() => file)));
  }
  return [...folders];
}

/** @param before what cannot be looked at now is as it was then: a lack of descriptors changes no file */
async function fingerprints(
  patterns: readonly string[],
  before: ReadonlyMap<string, string> = new Map()
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const keep = (files: Iterable<string>) => {
    for (const file of files) {
      const known = before.get(file);
      if (known !== undefined) found.set(file, known);
    }
  };
  for (const pattern of patterns) {
    const files = await matchFiles(pattern).catch(orUnread);
    if (files === UNREAD) keep([...before.keys()].filter((file) => matchesPattern(pattern, file)));
    else
      for (const file of files) {
        const content = await read(file).catch(orUnread);
        if (content === UNREAD) keep([file]);
        else if (Buffer.isBuffer(content)) found.set(file, createHash('sha256').update(content).digest('hex'));
      }
  }
  return found;
}

const UNREAD = Symbol('unread');

/** What may be there and cannot be read now. */
function orUnread(error: unknown): typeof UNREAD | never[] {
  return error instanceof UnreadableFile && error.unread ? UNREAD : [];
}

async function read(file: string): Promise<Buffer> {
  const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
    throw unreadable(error);
  });
  return size > MAX_FILE_BYTES ? Buffer.from(`${size} ${mtimeMs}`) : readBytes(file, MAX_FILE_BYTES);
}

function isEqual(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([file, hash]) => b.get(file) === hash);
}

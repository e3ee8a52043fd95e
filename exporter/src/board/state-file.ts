/** Keeps the {@link Memory} in a file: read at start, written after changes, periodically, and at shutdown. */
import { readFileSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { describeError } from '../text/errors';
import type { Board } from './board';
import { LONGEST_GAP_MS, NO_MEMORY, readMemory, writeMemory, type Memory } from './memory';

/** A hundred thousand components need a tenth of it. */
const MOST_BYTES = 128 * 2 ** 20;
const SHORTEST_MS = 1000;
/** The file is also written without changes, well within the gap that is bridged. */
const LONGEST_MS = LONGEST_GAP_MS / 4;

/** A missing, unreadable or damaged file does not prevent the start: it is logged, and the memory is empty. */
export function readStateFile(path: string, log: Logger): Memory {
  let why: string;
  try {
    const found = statSync(path);
    if (!found.isFile()) why = 'it is not a regular file';
    else if (found.size > MOST_BYTES) why = 'it is too large to be one';
    else {
      const memory = readMemory(readFileSync(path, 'utf8'));
      if (memory) return memory;
      why = 'it is damaged, or was written by another version';
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_MEMORY;
    why = describeError(error);
  }
  log.warn(
    { file: path, problem: why },
    'the state file is ignored: how long components have been up or down is unknown'
  );
  return NO_MEMORY;
}

export interface StateFile {
  /** Writes the file a last time. */
  close(): Promise<void>;
}

/** Writes the file at most once a second, and atomically. */
export function keepStateFile(path: string, board: Board, log: Logger): StateFile {
  let writing = Promise.resolve();
  let writtenAt = -Infinity;
  let changed = false;
  let failed = false;

  async function write(): Promise<void> {
    changed = false;
    writtenAt = performance.now();
    const temporary = `${path}.new`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, writeMemory(board.states(), Date.now()), { mode: 0o600 });
      await rename(temporary, path);
      failed = false;
    } catch (error) {
      if (!failed) log.warn({ file: path, problem: describeError(error) }, 'the state file cannot be written');
      failed = true;
    }
  }

  function onTick(): void {
    const age = performance.now() - writtenAt;
    // one millisecond per component: on large boards something changes all the time
    if (age < Math.max(SHORTEST_MS * 0.9, board.size) || (!changed && age < LONGEST_MS)) return;
    writing = writing.then(write);
  }

  const onChange = () => void (changed = true);
  board.on('change', onChange).on('components', onChange).on('maintenance', onChange).on('tick', onTick);
  return {
    async close() {
      board.off('change', onChange).off('components', onChange).off('maintenance', onChange).off('tick', onTick);
      writing = writing.then(write);
      await writing;
    },
  };
}

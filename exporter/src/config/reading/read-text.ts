/** Reads the files that a user names: bounded in size, and with errors for people. */
import { bytesText } from '@onehertz/contract';
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Why a file could not be read, as one sentence without the file's name. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  /**
   * @param unread whether the file may be valid but could not be read: it has to be retried even if it does not change
   */
  constructor(
    message: string,
    readonly unread = false
  ) {
    super(message);
  }
}

const CANNOT_BE_READ = 'cannot be read: ';
const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a part of its path is not a folder',
  EISDIR: 'is a folder, not a file',
  ENXIO: 'is a socket or a device, not a file',
  EACCES: `${CANNOT_BE_READ}permission denied`,
  EPERM: `${CANNOT_BE_READ}permission denied`,
  ELOOP: `${CANNOT_BE_READ}its symbolic links form a loop`,
  ENAMETOOLONG: 'the name is too long',
  EMFILE: `${CANNOT_BE_READ}onehertz has no file descriptors left`,
  ENFILE: `${CANNOT_BE_READ}the system has no file descriptors left`,
  EIO: `${CANNOT_BE_READ}the disk or network drive reports an error`,
};

/** Describes a failed operation on a file or folder. */
export function unreadable(error: unknown): UnreadableFile {
  const { code = 'an unknown error' } = error as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? `${CANNOT_BE_READ}${code}`;
  return new UnreadableFile(reason, reason.startsWith(CANNOT_BE_READ));
}

/**
 * The text of a file without a byte order mark. It opens nothing that could keep it waiting: to open a pipe blocks until somebody writes.
 * @param maxBytes larger files are refused, and not read any further
 * @param pipes whether it may be a pipe (`--config.file <(…)`), of which is read what comes within some seconds
 * @throws UnreadableFile if it is missing, no regular file, not permitted, too large or not UTF-8
 */
export async function readText(file: string, maxBytes: number, { pipes = false } = {}): Promise<string> {
  const bytes = await readBytes(file, maxBytes, pipes);
  if (bytes.length > maxBytes) throw new UnreadableFile(`is larger than ${bytesText(maxBytes)}; is it the right file?`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile('is not a text file in UTF-8');
  }
}

/** At most one byte more than `maxBytes`. @throws UnreadableFile */
export async function readBytes(file: string, maxBytes: number, pipes = false): Promise<Buffer> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile() && !(pipes && found.isFIFO())) throw new UnreadableFile(`is ${kindOf(found)}, not a file`);
      return await readAll(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error);
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** Of a pipe without an end, what is there after this time is no configuration. */
const PIPE_MS = 5000;
const PIPE_LOOK_MS = 10;

async function readAll(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const until = performance.now() + PIPE_MS;
  for (let total = 0; total <= maxBytes;) {
    const most = Math.min(65_536, maxBytes + 1 - total);
    const read = await handle.read(Buffer.alloc(most), 0, most).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EAGAIN' && performance.now() < until) return undefined;
      throw error.code === 'EAGAIN' ? new UnreadableFile('is a pipe that is never closed') : error;
    });
    if (!read) {
      await delay(PIPE_LOOK_MS);
      continue;
    }
    if (read.bytesRead === 0) break;
    chunks.push(read.buffer.subarray(0, read.bytesRead));
    total += read.bytesRead;
  }
  return Buffer.concat(chunks);
}

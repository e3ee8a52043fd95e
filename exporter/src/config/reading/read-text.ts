/** Reads files named by the user, with a size limit and readable errors. */
import { open } from 'node:fs/promises';

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
  EACCES: `${CANNOT_BE_READ}permission denied`,
  EPERM: `${CANNOT_BE_READ}permission denied`,
  ELOOP: `${CANNOT_BE_READ}its symbolic links form a loop`,
  ENAMETOOLONG: 'the name is too long',
  EMFILE: `${CANNOT_BE_READ}onehertz has no file descriptors left`,
  ENFILE: `${CANNOT_BE_READ}the machine has no file descriptors left`,
  EIO: `${CANNOT_BE_READ}the disk or the network drive fails`,
};

/** Describes a failed operation on a file or folder. */
export function unreadable(error: unknown): UnreadableFile {
  const { code = 'an unknown error' } = error as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? `${CANNOT_BE_READ}${code}`;
  return new UnreadableFile(reason, reason.startsWith(CANNOT_BE_READ));
}

/**
 * The text of a file, or of a pipe (`--config.file <(…)`), without byte order mark.
 * @param maxBytes larger files are rejected, and not read to the end
 * @throws UnreadableFile if it is missing, a folder, not readable, too large or not UTF-8
 */
export async function readText(file: string, maxBytes: number): Promise<string> {
  const bytes = await readBytes(file, maxBytes);
  if (bytes.length > maxBytes)
    throw new UnreadableFile(`is larger than ${formatBytes(maxBytes)}; is it the right file?`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile('is not a text file in UTF-8');
  }
}

/** At most `maxBytes` + 1 bytes. */
async function readBytes(file: string, maxBytes: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const chunks: Buffer[] = [];
      let total = 0;
      while (total <= maxBytes) {
        const { bytesRead, buffer } = await handle.read(
          Buffer.alloc(65_536),
          0,
          Math.min(65_536, maxBytes + 1 - total)
        );
        if (bytesRead === 0) break;
        chunks.push(buffer.subarray(0, bytesRead));
        total += bytesRead;
      }
      return Buffer.concat(chunks);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(error);
  }
}

function formatBytes(bytes: number): string {
  return bytes >= 1_048_576 ? `${bytes / 1_048_576} MiB` : `${bytes / 1024} KiB`;
}

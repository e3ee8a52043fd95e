/** Explains Redis' errors, which begin with a code: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
import { bytesText } from '@onehertz/contract';
import type { RedisInfo } from './info';

/** Why a connection could not be opened, or broke. */
export function meaningOf(text: string): string {
  if (/^(WRONGPASS|ERR invalid password)/.test(text)) return 'login refused; check user and password';
  if (/^NOPERM/.test(text)) return `${text.replace(/^NOPERM\s*/, '')}; allow it with ACL SETUSER`;
  if (/^ERR max number of clients/.test(text))
    return 'max number of clients reached; raise maxclients, or find out which clients hold the connections';
  if (/^NOAUTH/.test(text)) return 'it asks for a password; set one';
  if (/^DENIED/.test(text))
    return 'it is in protected mode and accepts no connections from other hosts; set a password, or bind it to an address';
  if (/^ERR AUTH .*without any password configured/.test(text))
    return 'a password is configured, but the server has none; remove it';
  if (/^ERR DB index is out of range/.test(text)) return 'there is no database with this number';
  if (/^ERR SELECT is not allowed in cluster mode/.test(text))
    return 'a cluster has only database 0; remove the number from the URL';
  if (/Protocol error|Unknown RESP|Unsupported RESP/i.test(text))
    return 'the server does not speak the Redis protocol; is the port right?';
  if (/^Socket timeout/.test(text)) return 'no answer';
  if (/^(Connection is closed|Stream isn't writeable)/.test(text)) return 'connection closed by the server';
  return text;
}

/**
 * Whether the user may not run a command or the server does not support it, which says nothing about the server's
 * health.
 */
export function isDenial(words: string): boolean {
  return /^NOPERM/.test(words) || /^ERR\b.*\b(unknown|unsupported|not (supported|allowed))\b/i.test(words);
}

/** Whether the error means that another node has the key, or that it has another type: the command was served. */
export const isServed = (words: string) => /^(MOVED|ASK|WRONGTYPE)\b/.test(words);

/** Whether the error affects only writes, by its code. */
export const isOfWritesOnly = (words: string) => /^(MISCONF|OOM|NOREPLICAS|READONLY)\b/.test(words);

/** Why a server serves neither reads nor writes. @param words its error */
export function explainOutage(words: string, info: RedisInfo | undefined): string {
  const loaded = info?.loadedPercent === undefined ? '' : `, ${Math.floor(info.loadedPercent)} % done`;
  switch (codeOf(words)) {
    case 'LOADING':
      return `is loading its data${loaded}; it serves again when that is done`;
    case 'BUSY': {
      const way = /\b(SCRIPT|FUNCTION) KILL\b/.exec(words);
      return way
        ? `is busy with a ${way[1]?.toLowerCase()} that takes too long; ${way[0]} ends it`
        : 'is busy with a command that takes too long';
    }
    case 'MASTERDOWN':
      return 'replica without its master, configured not to serve stale data';
    default:
      return `answers, but rejects reads and writes: ${words}`;
  }
}

/** Why a server rejects writes. */
export function explainRefusedWrites(words: string, info: RedisInfo | undefined): string {
  switch (codeOf(words)) {
    case 'MISCONF':
      return 'rejects writes: it cannot write to disk; see its log and the disk';
    case 'OOM':
      return `rejects writes: memory full${memoryOf(info)}`;
    case 'NOREPLICAS':
      return 'rejects writes: fewer replicas than min-replicas-to-write requires';
    case 'READONLY':
      return 'rejects writes: it is a replica';
    default:
      return `rejects writes: ${words}`;
  }
}

function memoryOf({ memoryBytes, maxMemoryBytes = 0 }: Partial<RedisInfo> = {}): string {
  return memoryBytes === undefined || maxMemoryBytes === 0
    ? ''
    : `, ${bytesText(memoryBytes)} of ${bytesText(maxMemoryBytes)}`;
}

const codeOf = (words: string) => /^[A-Z]*\b/.exec(words)?.[0] ?? '';

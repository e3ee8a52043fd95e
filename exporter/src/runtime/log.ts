/** The log: logfmt for people, as Prometheus writes it, or JSON for machines; to standard error. */
import { stringify } from 'logfmt';
import pino, { type Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['logfmt', 'json'] as const;

export interface LogOptions {
  level: (typeof LOG_LEVELS)[number];
  format: (typeof LOG_FORMATS)[number];
}

export function createLog({ level, format }: LogOptions): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const stderr = pino.destination({ dest: 2, sync: true });
  const text = format === 'json' ? (line: string) => line.trimEnd() : toLogfmt;
  return pino(options, { write: (line: string) => void stderr.write(`${printable(text(line))}\n`) });
}

/**
 * Servers have a say in what is logged: no line break of theirs begins an entry, no escape sequence reaches a terminal, and no mark turns
 * the direction of writing. The escapes are those of JSON and of Go, whose readers undo them.
 */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === '\n'
      ? '\\n'
      : character
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')
  );
}

function toLogfmt(line: string): string {
  const { ts, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const error = typeof err === 'object' && err !== null && 'message' in err ? err.message : err;
  return stringify({ ts, level, msg, ...rest, ...(error !== undefined && { err: error }) });
}

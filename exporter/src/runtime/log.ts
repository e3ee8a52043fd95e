/** The log on standard error: logfmt, as in Prometheus, or JSON. */
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
 * Log lines contain text from servers. Line breaks, terminal escape sequences and bidirectional control characters are
 * escaped as in JSON and Go, so that readers of these formats restore them.
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

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
  if (format === 'json') return pino(options, stderr);
  return pino(options, { write: (line: string) => void stderr.write(`${toLogfmt(line)}\n`) });
}

function toLogfmt(line: string): string {
  const { ts, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const error = typeof err === 'object' && err !== null && 'message' in err ? err.message : err;
  return stringify({ ts, level, msg, ...rest, ...(error !== undefined && { err: error }) });
}

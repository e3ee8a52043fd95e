/** Splits lines into WebSocket messages: Grafana closes the connection when one is too long. */
import type { Measurement } from '@onehertz/contract';
import type { LiveLines } from '../lines/live-lines';

export interface Messages {
  messages: Buffer[];
  /** Measurements with a line longer than a message may be; such a line is dropped. */
  tooLong: Measurement[];
}

/**
 * One message if everything fits, else one for each measurement; a measurement that does not fit is split between
 * lines.
 * @param limit in bytes
 */
export function toMessages(lines: LiveLines, limit: number): Messages {
  const whole = toMessage([...lines.values()].flat());
  if (whole.length <= limit) return { messages: [whole], tooLong: [] };
  const messages: Buffer[] = [];
  const tooLong: Measurement[] = [];
  for (const [measurement, own] of lines) {
    let part: string[] = [];
    let bytes = 0;
    const flush = () => {
      if (part.length > 0) messages.push(toMessage(part));
      part = [];
      bytes = 0;
    };
    for (const line of own) {
      const size = Buffer.byteLength(line) + 1;
      if (size > limit) {
        tooLong.push(measurement);
        continue;
      }
      if (bytes + size > limit) flush();
      part.push(line);
      bytes += size;
    }
    flush();
  }
  return { messages, tooLong };
}

function toMessage(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** How lines get to Grafana: the contract of the two transports. */
import type { LiveLines } from '../lines/live-lines';

export interface LiveTransport {
  /**
   * Pushes everything in `lines`; resolves with the number of bytes when Grafana has taken it, within the deadline of the transport.
   * @throws PushError
   */
  push(lines: LiveLines, token: string, signal: AbortSignal): Promise<number>;
  /** Closes the connection; resolves within 500 ms. */
  close(): Promise<void>;
}

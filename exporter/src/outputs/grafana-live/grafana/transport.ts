/** The interface of the two transports that send lines to Grafana. */
import type { LiveLines } from '../lines/live-lines';

export interface LiveTransport {
  /**
   * Pushes everything in `lines`; resolves with the number of bytes when Grafana has accepted it, within the
   * transport's timeout.
   * @throws PushError
   */
  push(lines: LiveLines, token: string, signal: AbortSignal): Promise<number>;
  /** Closes the connection; resolves within 500 ms. */
  close(): Promise<void>;
}

/** Shared by the HTTP probes: the probe's connection is that of its client. */
import type { Probe } from '../probe';
import type { HttpClient } from './client';

/** A probe whose runs use `client`. */
export function probeWith(client: HttpClient, run: Probe['run']): Probe {
  return {
    async run(signal) {
      const result = await run(signal);
      if (client.connectMs !== undefined && result.responseTimeMs !== undefined) result.connectMs = client.connectMs;
      return result;
    },
    onConnectionChange: (listener) => client.onDisconnect(listener),
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

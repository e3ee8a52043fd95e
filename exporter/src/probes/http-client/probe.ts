/** What the probes that ask over HTTP have in common: the connection of their client is theirs. */
import type { Probe } from '../probe';
import type { HttpClient } from './client';

/** A probe of which each run asks with `client`. */
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

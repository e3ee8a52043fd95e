/** Shared by the HTTP probes: the probe's connection is that of its client. */
import type { Probe } from '../probe';
import type { HttpClient } from './client';

/** A probe whose runs use `client`. */
export function probeWith(client: HttpClient, run: Probe['run']): Probe {
  return {
    run,
    onConnectionChange: (listener) => client.onDisconnect(listener),
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** Counters of the exporter itself, written by its parts and read by the metrics. */
export interface SelfStatistics {
  ticks: number;
  ticksMissed: number;
  tickLagMs: number;
  roundMs: number;
  /** Milliseconds since the start, see `runtime/standstill.ts`. */
  stoodStillMs: number;
  probesWithoutVerdict: number;
  streamClients: number;
  streamSkipped: number;
  /** Values of components that could not be written. */
  valuesLeftOut: number;
  reloadSuccessful: boolean;
  /** Problems of the running configuration that did not prevent it from being applied. */
  configProblems: number;
  /** Milliseconds since the epoch. */
  reloadedAt: number;
  /** HTTP requests, and clients of the stream, that were rejected, by reason. */
  requestsRefused: Record<'authentication' | 'rate' | 'connections' | 'body' | 'messages' | 'work', number>;
}

export function createSelfStatistics(): SelfStatistics {
  return {
    ticks: 0,
    ticksMissed: 0,
    tickLagMs: 0,
    roundMs: 0,
    stoodStillMs: 0,
    probesWithoutVerdict: 0,
    streamClients: 0,
    streamSkipped: 0,
    valuesLeftOut: 0,
    reloadSuccessful: true,
    configProblems: 0,
    reloadedAt: Date.now(),
    requestsRefused: { authentication: 0, rate: 0, connections: 0, body: 0, messages: 0, work: 0 },
  };
}

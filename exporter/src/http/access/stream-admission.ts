/** Decides which clients may open the stream. */
import type { SelfStatistics } from '../../outputs/metrics/self';
import type { Check } from '../../outputs/refusal';
import { originAllowed } from './security';

export interface StreamAdmissionOptions {
  corsOrigins: readonly string[];
  /** The check for every request. */
  check: Check;
  self: Pick<SelfStatistics, 'streamClients' | 'requestsRefused'>;
  maxClients: number;
}

/** Rejects pages of other origins, requests that do not pass the gate, and clients beyond `maxClients`. */
export function createStreamAdmission({ corsOrigins, check, self, maxClients }: StreamAdmissionOptions): Check {
  return async (request) => {
    const { origin, host } = request.headers;
    if (!originAllowed(origin, host, corsOrigins))
      return { status: 403, message: 'pages of this origin may not read the stream; see --web.cors-origin' };
    const refusal = await check(request);
    // last: nothing asynchronous happens between this check and the open stream
    if (refusal || self.streamClients < maxClients) return refusal;
    self.requestsRefused.connections++;
    const message = `there are ${maxClients} streams already; see --web.max-connections`;
    return { status: 503, message, headers: { 'Retry-After': '5' } };
  };
}

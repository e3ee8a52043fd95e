/** Who may open the stream. */
import type { SelfStatistics } from '../../outputs/metrics/self';
import type { Check } from '../../outputs/refusal';
import { originAllowed } from './security';

export interface StreamAdmissionOptions {
  corsOrigins: readonly string[];
  /** What every request passes. */
  check: Check;
  self: Pick<SelfStatistics, 'streamClients' | 'requestsRefused'>;
  maxClients: number;
}

/** Refuses pages of other origins, who may not get past the gate, and more clients than `maxClients`. */
export function createStreamAdmission({ corsOrigins, check, self, maxClients }: StreamAdmissionOptions): Check {
  return async (request) => {
    const { origin, host } = request.headers;
    if (!originAllowed(origin, host, corsOrigins))
      return { status: 403, message: 'pages of this origin may not read the stream; see --web.cors-origin' };
    const refusal = await check(request);
    // last: from here to the open stream nothing is waited for
    if (refusal || self.streamClients < maxClients) return refusal;
    self.requestsRefused.connections++;
    const message = `there are ${maxClients} streams already; see --web.max-connections`;
    return { status: 503, message, headers: { 'Retry-After': '5' } };
  };
}

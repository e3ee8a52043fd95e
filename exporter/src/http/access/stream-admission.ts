/** Who may open the stream. */
import type { IncomingMessage } from 'node:http';
import type { SelfStatistics } from '../../outputs/metrics/self';
import type { Check } from '../../outputs/refusal';
import { createLimiter, senderOf } from './limiter';
import { originAllowed } from './security';

export interface StreamAdmissionOptions {
  corsOrigins: readonly string[];
  /** The check for every request. */
  check: Check;
  self: Pick<SelfStatistics, 'streamClients' | 'requestsRefused'>;
  maxClients: number;
}

export interface StreamAdmission {
  /** Refuses pages of other origins, who may not get past the gate, more clients than `maxClients`, and who was sent away too often. */
  admit: Check;
  /** A client was sent away, as it sent too much. */
  sentAway(request: IncomingMessage): void;
  close(): void;
}

/** So often a minute clients of one address may be sent away; then it gets no stream until the minute is over. */
const SENT_AWAY_PER_MINUTE = 10;

export function createStreamAdmission({
  corsOrigins,
  check,
  self,
  maxClients,
}: StreamAdmissionOptions): StreamAdmission {
  const floods = createLimiter({ windowMs: 60_000, limit: SENT_AWAY_PER_MINUTE });
  return {
    async admit(request) {
      const { origin, host } = request.headers;
      if (!originAllowed(origin, host, corsOrigins))
        return { status: 403, message: 'pages of this origin may not read the stream; see --web.cors-origin' };
      const wait = await floods.peek(senderOf(request));
      if (wait !== undefined) {
        self.requestsRefused.rate++;
        const message = 'clients of this address sent too many messages over their streams';
        return { status: 429, message, headers: { 'Retry-After': String(wait) } };
      }
      const refusal = await check(request);
      // last: from here to the open stream nothing is waited for
      if (refusal || self.streamClients < maxClients) return refusal;
      self.requestsRefused.connections++;
      const message = `there are ${maxClients} streams already; see --web.max-connections`;
      return { status: 503, message, headers: { 'Retry-After': '5' } };
    },
    sentAway: (request) => void floods.hit(senderOf(request)),
    close: floods.close,
  };
}

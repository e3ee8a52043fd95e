/** Who may open the stream. */
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal';
import { originAllowed } from './security';

export interface StreamAdmissionOptions {
  corsOrigins: readonly string[];
  /** Streams that are open now. */
  clients(): number;
  maxClients: number;
}

export type StreamAdmission = (request: IncomingMessage) => Promise<Refusal | undefined>;

/** Refuses pages of other origins, and more clients than `maxClients`. */
export function createStreamAdmission({ corsOrigins, clients, maxClients }: StreamAdmissionOptions): StreamAdmission {
  function refusalOf({ headers: { origin, host } }: IncomingMessage): Refusal | undefined {
    if (!originAllowed(origin, host, corsOrigins))
      return { status: 403, message: 'pages of this origin may not read the stream; see --web.cors-origin' };
    if (clients() >= maxClients)
      return {
        status: 503,
        message: `there are ${maxClients} streams already; see --web.max-connections`,
        headers: { 'Retry-After': '5' },
      };
    return undefined;
  }
  return (request) => Promise.resolve(refusalOf(request));
}

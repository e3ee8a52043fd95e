/** Checks for every request, including WebSocket upgrades: limits and authentication. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { OPEN_WEB, type WebConfig } from '../../config/web/load';
import type { SelfStatistics } from '../../outputs/metrics/self';
import type { Refusal } from '../../outputs/refusal';
import type { Change } from '../../runtime/change';
import { createAuthenticator } from './authenticator';
import { createLimiter, senderOf, type Limiter } from './limiter';

export interface GateOptions {
  log: Logger;
  self: SelfStatistics;
  /** Whether a request came over a connection beyond the limit. */
  isExcess(request: IncomingMessage): boolean;
}

export interface Gate {
  /** Headers for every response; an empty value removes a default header. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether every request needs a password or a token. */
  readonly authenticates: boolean;
  /** @throws if the settings cannot be applied */
  prepare(web: WebConfig): Change;
  /** The reason to reject a request; `undefined` if it is allowed. */
  check(request: IncomingMessage): Promise<Refusal | undefined>;
  /** The same for requests that cost more than a response from memory. */
  checkCostly(request: IncomingMessage): Promise<Refusal | undefined>;
  close(): void;
}

const MINUTE_MS = 60_000;
/** Failed authentications per address; credentials that were verified before are always accepted. */
const FAILURES_PER_MINUTE = 10;
const COSTLY_PER_MINUTE = 60;
/** No endpoint reads a body; some clients send a small one with every POST. */
const MAX_BODY_BYTES = 4096;

export function createGate({ log, self, isExcess }: GateOptions): Gate {
  let web = OPEN_WEB;
  let everything: Limiter | undefined;
  const failures = createLimiter({ windowMs: MINUTE_MS, limit: FAILURES_PER_MINUTE });
  let authenticator = createAuthenticator(web, failures);
  /** Of failures. */
  const told = createLimiter({ windowMs: MINUTE_MS, limit: 1 });
  const costly = createLimiter({ windowMs: MINUTE_MS, limit: COSTLY_PER_MINUTE });

  async function check(request: IncomingMessage): Promise<Refusal | undefined> {
    if (isExcess(request)) return refuse('connections', 503, 'too many connections; see --web.max-connections', 5);
    if (hasLargeBody(request)) return refuse('body', 413, 'this server accepts no request bodies');
    const wait = await everything?.hit('');
    if (wait !== undefined) return refuse('rate', 429, 'too many requests; see rate_limit of --web.config.file', wait);
    return authenticate(request);
  }

  async function authenticate(request: IncomingMessage): Promise<Refusal | undefined> {
    const { authorization } = request.headers;
    const { challenge } = authenticator;
    if (challenge === undefined) return undefined;
    const unauthorized = (message: string) => ({
      ...refuse('authentication', 401, message),
      headers: { 'WWW-Authenticate': challenge },
    });
    if (authorization === undefined) return unauthorized('authentication is required');
    if (authenticator.knows(authorization)) return undefined;
    const sender = senderOf(request);
    try {
      const verdict = await authenticator.verify(authorization, sender);
      switch (verdict.is) {
        case 'right':
          return undefined;
        case 'refused':
          return refuse('rate', 429, 'too many failed attempts to authenticate', verdict.waitSeconds);
        case 'busy':
          return refuse('authentication', 503, 'too many logins are waiting to be checked', 5);
        case 'wrong':
          // a scraper with a wrong password comes every second
          if ((await told.hit(sender)) === undefined)
            log.warn(
              { address: request.socket.remoteAddress },
              'authentication failed: wrong user, password or token (logged once a minute)'
            );
          return unauthorized('wrong user, password or token');
      }
    } catch (error) {
      log.error({ err: error }, 'a password could not be checked');
      return refuse('authentication', 503, 'the password could not be checked; see the log of the exporter', 5);
    }
  }

  function refuse(
    reason: keyof SelfStatistics['requestsRefused'],
    status: number,
    message: string,
    retryAfter?: number
  ): Refusal {
    self.requestsRefused[reason]++;
    const close = reason === 'connections' || reason === 'body';
    const headers = {
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(close && { Connection: 'close' }),
    };
    return { status, message, headers };
  }

  return {
    get headers() {
      return web.headers;
    },
    get authenticates() {
      return authenticator.challenge !== undefined;
    },
    prepare(next) {
      const { rateLimit } = next;
      const isKept = JSON.stringify(rateLimit) === JSON.stringify(web.rateLimit);
      const nextAuthenticator = authenticator.with(next);
      const limiter = isKept ? everything : rateLimit && createBucket(rateLimit);
      return {
        apply() {
          if (!isKept) everything?.close();
          everything = limiter;
          web = next;
          authenticator = nextAuthenticator;
        },
        discard() {
          if (!isKept) limiter?.close();
        },
      };
    },
    check,
    async checkCostly(request) {
      const wait = await costly.hit(senderOf(request));
      return wait === undefined
        ? undefined
        : refuse('rate', 429, `at most ${COSTLY_PER_MINUTE} of these requests a minute`, wait);
    },
    close() {
      for (const limiter of [failures, told, costly, everything]) limiter?.close();
    },
  };
}

/** A token bucket's average rate and burst, implemented with windows. */
function createBucket({ intervalMs, burst }: NonNullable<WebConfig['rateLimit']>): Limiter {
  return createLimiter({ windowMs: intervalMs * burst, limit: burst });
}

function hasLargeBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}

/** Headers for browsers, and the rule which pages may talk to the exporter. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** A strict policy: the landing page needs its own script, style and stream, and nothing else. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // TLS, where there is any, ends here or at a proxy that knows better.
    strictTransportSecurity: false,
  });
}

/**
 * Whether a page of `origin` may use the API and the stream: the exporter's own pages and those that were allowed.
 * Clients that are no browsers send no origin, and may.
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[]
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes('*') || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Answers foreign pages' requests with CORS headers where they are allowed; refuses their writes where they are not. */
export function refuseForeignPages(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin, host } = request.headers;
    if (origin !== undefined && originAllowed(origin, host, allowed)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Vary', 'Origin');
    } else if (origin !== undefined && request.method !== 'GET' && request.method !== 'HEAD') {
      response.status(403).json({ error: `pages of ${origin} may not do this; see --web.cors-origin` });
      return;
    }
    next();
  };
}
